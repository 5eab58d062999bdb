//! Headers of every answer, and patience with connections.

use std::any::Any;
use std::time::Duration;

use actix_web::middleware::DefaultHeaders;
use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use super::settings::Basemap;

/// Headers of every answer. The page may load its base map, too.
pub fn all(basemap: Option<&Basemap>) -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Content-Security-Policy", policy(basemap)))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "no-referrer"))
        .add(("Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        // Data is for all, on whatever page it is shown.
        .add(("Cross-Origin-Resource-Policy", "cross-origin"))
        .add(("Access-Control-Allow-Origin", "*"))
        .add((
            "Access-Control-Expose-Headers",
            "Content-Crs, ETag, Link, X-Data-Version, X-Request-Id, Content-Disposition, Retry-After",
        ))
}

/// Content policy of every page: nothing from elsewhere but a base map that was set. MapLibre draws in a worker made from
/// a blob, and gives its canvas a style.
fn policy(basemap: Option<&Basemap>) -> String {
    let more = basemap.map_or(String::new(), |b| format!(" {}", b.origin()));
    format!(
        "default-src 'self'; script-src 'self'; img-src 'self' data: blob:{more}; style-src 'self' 'unsafe-inline'; \
         worker-src 'self' blob:; child-src blob:; connect-src 'self'{more}; object-src 'none'; base-uri 'self'; \
         form-action 'self'; frame-ancestors 'self'"
    )
}

/// A client that takes nothing of its answer for so long is hung up on: an answer that nobody fetches would stay in
/// memory for ever.
pub fn patience(connection: &dyn Any, send: Duration) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    #[cfg(target_os = "linux")]
    if let Err(e) = SockRef::from(stream).set_tcp_user_timeout(Some(send)) {
        tracing::debug!("no limit for sending: {e}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, send);
}
