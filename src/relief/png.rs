//! A tile's shades as a PNG (ISO/IEC 15948) with a table of colours.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

use super::SIDE;
use super::shade::LEVEL;

/// Of the filters that the format has, the difference to the pixel before: shades change little from one to the next.
const BEFORE: u8 = 1;

/// A picture of shades, row by row.
pub fn write(shades: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::with_capacity(SIDE * SIDE / 4), Compression::default());
    for row in shades.chunks(SIDE) {
        let mut line = Vec::with_capacity(SIDE + 1);
        line.push(BEFORE);
        line.extend(row.iter().scan(0u8, |before, &v| Some(v.wrapping_sub(std::mem::replace(before, v)))));
        // Writing to memory does not fail.
        let _ = packed.write_all(&line);
    }
    let side = (SIDE as u32).to_be_bytes();
    // Eight bits a pixel, of a table; the rest has one value only.
    let head = [&side[..], &side, &[8, 3, 0, 0, 0]].concat();
    let (colours, alphas): (Vec<[u8; 3]>, Vec<u8>) = (0..=u8::MAX).map(colour).unzip();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"PLTE", &colours.concat());
    chunk(&mut out, b"tRNS", &alphas);
    chunk(&mut out, b"IDAT", &packed.finish().unwrap_or_default());
    chunk(&mut out, b"IEND", &[]);
    out
}

/// Black or white, and how opaque: nothing on level ground, and as much for light as for shadow.
fn colour(shade: u8) -> ([u8; 3], u8) {
    let from_level = f64::from(shade.abs_diff(LEVEL)) / f64::from(LEVEL - 1);
    let alpha = (255.0 * from_level).round() as u8;
    match shade {
        0 => ([0; 3], 0),
        dark if dark < LEVEL => ([0; 3], alpha),
        _ => ([255; 3], alpha),
    }
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    out.extend(sum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_ground_is_clear_and_shadow_weighs_as_much_as_light() {
        assert_eq!([colour(0).1, colour(LEVEL).1, colour(1).1], [0, 0, 255]);
        assert_eq!((colour(LEVEL - 40).1, colour(LEVEL + 40).1), (57, 57));
        assert_eq!((colour(100).0, colour(200).0), ([0; 3], [255; 3]));
    }
}
