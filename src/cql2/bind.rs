//! From a filter as it was written to one of known properties and fitting types.

use geo::{BoundingRect, Geometry, Validation};

use super::eval::Rows;
use super::words::{Pattern, fold_accents, fold_case};
use super::{Arithmetic, Compare, Expr, Fault, Spatial};
use crate::publish::Kind;

/// Name of the features' geometry.
pub const GEOMETRY: &str = "geometry";
/// Most spatial conditions in one filter: each keeps a mark for every feature.
const MAX_SPATIAL: usize = 16;

/// A condition, ready to be held against rows.
pub enum Bound {
    /// `None` is unknown.
    Constant(Option<bool>),
    Boolean(usize),
    And(Vec<Bound>),
    Or(Vec<Bound>),
    Not(Box<Bound>),
    Numbers(Compare, Number, Number),
    Texts(Compare, Text, Text),
    Instants(Compare, Instant, Instant),
    Booleans(Compare, Box<Bound>, Box<Bound>),
    Like(Text, Like),
    Between(Number, Number, Number),
    IsNull(Box<Operand>),
    Spatial(Relation),
}

pub struct Like(pub(super) Pattern);

pub enum Number {
    Constant(f64),
    Column(usize),
    Chain(Box<Number>, Vec<(Arithmetic, Number)>),
}

#[derive(Clone)]
pub enum Text {
    Constant(String),
    Column(usize),
    CaseI(Box<Text>),
    AccentI(Box<Text>),
}

/// Seconds since 1970.
#[derive(Clone)]
pub enum Instant {
    Constant(f64),
    /// A property with dates or times as text; other text is unknown.
    Column(usize),
}

pub enum Shape {
    OfRow,
    Fixed(Geometry),
}

/// Two geometries and how they are to stand.
pub struct Relation {
    pub spatial: Spatial,
    pub left: Shape,
    pub right: Shape,
    /// Rows whose box touches that of the fixed geometry; only these can have a point in common with it.
    pub near: Option<Vec<bool>>,
}

/// A value of some type.
pub enum Operand {
    Number(Number),
    Text(Text),
    Instant(f64),
    Boolean(Bound),
    Shape(Shape),
    /// A property that is null in every row fits any type.
    Null,
}

/// What a filter is bound to.
pub trait Properties {
    fn column(&self, name: &str) -> Option<(usize, Kind)>;
    fn names(&self) -> Vec<String>;
}

/// Brings a geometry of the filter to longitude and latitude.
pub type ToDegrees<'a> = &'a dyn Fn(Geometry) -> Result<Geometry, Fault>;

/// Finds the properties of a filter among those of the rows and checks its types.
pub fn bind(e: &Expr, rows: &(impl Rows + Properties), to_degrees: ToDegrees) -> Result<Bound, Fault> {
    Binder { rows, to_degrees, spatial: 0 }.condition(e)
}

struct Binder<'a, R> {
    rows: &'a R,
    to_degrees: ToDegrees<'a>,
    spatial: usize,
}

fn describe(e: &Expr) -> String {
    match e {
        Expr::Text(t) => format!("'{t}' (text)"),
        Expr::Number(n) => format!("{n} (a number)"),
        Expr::Boolean(b) => format!("{b} (true or false)"),
        Expr::Instant(_) => "an instant".into(),
        Expr::Geometry(_) => "a geometry".into(),
        Expr::Property(p) => format!("the property {p:?}"),
        Expr::Arithmetic(..) => "a sum (a number)".into(),
        Expr::CaseI(_) | Expr::AccentI(_) => "folded text".into(),
        _ => "a condition".into(),
    }
}

impl<R: Rows + Properties> Binder<'_, R> {
    fn unknown(&self, name: &str) -> Fault {
        let mut names = self.rows.names();
        names.push(GEOMETRY.into());
        Fault::new(format!("there is no property {name:?}; there are {}", names.join(", ")))
    }

    fn all(&mut self, list: &[Expr]) -> Result<Vec<Bound>, Fault> {
        list.iter().map(|e| self.condition(e)).collect()
    }

    fn condition(&mut self, e: &Expr) -> Result<Bound, Fault> {
        Ok(match e {
            Expr::And(list) => Bound::And(self.all(list)?),
            Expr::Or(list) => Bound::Or(self.all(list)?),
            Expr::Not(inner) => Bound::Not(Box::new(self.condition(inner)?)),
            Expr::Compare(op, a, b) => self.compare(*op, a, b)?,
            Expr::In(a, list) => {
                let all = list.iter().map(|b| self.compare(Compare::Equal, a, b)).collect::<Result<_, _>>()?;
                Bound::Or(all)
            }
            Expr::Like(a, pattern) => {
                let pattern = pattern_of(pattern, &|t| t.to_owned())?;
                match self.operand(a)? {
                    Operand::Text(t) => Bound::Like(t, Like(pattern)),
                    Operand::Null => Bound::Constant(None),
                    _ => return Err(Fault::new(format!("LIKE is for text, not for {}", describe(a)))),
                }
            }
            Expr::Between(a, low, high) => match (self.number(a)?, self.number(low)?, self.number(high)?) {
                (Some(a), Some(low), Some(high)) => Bound::Between(a, low, high),
                _ => Bound::Constant(None),
            },
            Expr::IsNull(inner) => Bound::IsNull(Box::new(self.operand(inner)?)),
            Expr::Spatial(s, a, b) => self.relation(*s, a, b)?,
            _ => match self.operand(e)? {
                Operand::Boolean(b) => b,
                Operand::Null => Bound::Constant(None),
                _ => return Err(Fault::new(format!("{} is neither true nor false", describe(e)))),
            },
        })
    }

    fn operand(&mut self, e: &Expr) -> Result<Operand, Fault> {
        Ok(match e {
            Expr::Text(t) => Operand::Text(Text::Constant(t.clone())),
            Expr::Number(n) => Operand::Number(Number::Constant(*n)),
            Expr::Boolean(b) => Operand::Boolean(Bound::Constant(Some(*b))),
            Expr::Instant(t) => Operand::Instant(*t),
            Expr::Geometry(g) => Operand::Shape(Shape::Fixed(self.fixed(g)?)),
            Expr::Property(name) if name == GEOMETRY => Operand::Shape(Shape::OfRow),
            Expr::Property(name) => {
                let (at, kind) = self.rows.column(name).ok_or_else(|| self.unknown(name))?;
                match kind {
                    Kind::Text => Operand::Text(Text::Column(at)),
                    Kind::Number | Kind::Integer => Operand::Number(Number::Column(at)),
                    Kind::Boolean => Operand::Boolean(Bound::Boolean(at)),
                    Kind::Null => Operand::Null,
                }
            }
            Expr::CaseI(inner) => self.folded(inner, "CASEI", Text::CaseI)?,
            Expr::AccentI(inner) => self.folded(inner, "ACCENTI", Text::AccentI)?,
            Expr::Arithmetic(first, rest) => {
                let first = self.number(first)?;
                let rest: Vec<_> =
                    rest.iter().map(|(op, e)| Ok((*op, self.number(e)?))).collect::<Result<_, Fault>>()?;
                let rest: Option<Vec<_>> = rest.into_iter().map(|(op, n)| Some((op, n?))).collect();
                match (first, rest) {
                    (Some(first), Some(rest)) => Operand::Number(Number::Chain(Box::new(first), rest)),
                    _ => Operand::Null,
                }
            }
            condition => Operand::Boolean(self.condition(condition)?),
        })
    }

    fn folded(&mut self, inner: &Expr, name: &str, fold: fn(Box<Text>) -> Text) -> Result<Operand, Fault> {
        match self.operand(inner)? {
            Operand::Text(t) => Ok(Operand::Text(fold(Box::new(t)))),
            Operand::Null => Ok(Operand::Null),
            _ => Err(Fault::new(format!("{name} is for text, not for {}", describe(inner)))),
        }
    }

    /// `None` for a property that is always null.
    fn number(&mut self, e: &Expr) -> Result<Option<Number>, Fault> {
        match self.operand(e)? {
            Operand::Number(n) => Ok(Some(n)),
            Operand::Null => Ok(None),
            _ => Err(Fault::new(format!("{} is no number", describe(e)))),
        }
    }

    fn compare(&mut self, op: Compare, a: &Expr, b: &Expr) -> Result<Bound, Fault> {
        let instant = |t: Text| match t {
            Text::Column(at) => Some(Instant::Column(at)),
            _ => None,
        };
        Ok(match (self.operand(a)?, self.operand(b)?) {
            (Operand::Null, _) | (_, Operand::Null) => Bound::Constant(None),
            (Operand::Number(a), Operand::Number(b)) => Bound::Numbers(op, a, b),
            (Operand::Text(a), Operand::Text(b)) => Bound::Texts(op, a, b),
            (Operand::Boolean(a), Operand::Boolean(b)) => Bound::Booleans(op, Box::new(a), Box::new(b)),
            (Operand::Instant(a), Operand::Instant(b)) => {
                Bound::Instants(op, Instant::Constant(a), Instant::Constant(b))
            }
            (Operand::Instant(t), Operand::Text(x)) => {
                let x = instant(x).ok_or_else(|| unlike(a, b))?;
                Bound::Instants(op, Instant::Constant(t), x)
            }
            (Operand::Text(x), Operand::Instant(t)) => {
                let x = instant(x).ok_or_else(|| unlike(a, b))?;
                Bound::Instants(op, x, Instant::Constant(t))
            }
            (Operand::Shape(_), _) | (_, Operand::Shape(_)) => {
                return Err(Fault::new("geometries are compared by S_INTERSECTS and the like"));
            }
            _ => return Err(unlike(a, b)),
        })
    }

    fn fixed(&self, g: &Geometry) -> Result<Geometry, Fault> {
        // What is not valid has no inside, and no relation to anything.
        g.check_validation().map_err(|e| Fault::new(format!("a geometry is not valid: {e}")))?;
        (self.to_degrees)(g.clone())
    }

    fn relation(&mut self, spatial: Spatial, a: &Expr, b: &Expr) -> Result<Bound, Fault> {
        self.spatial += 1;
        if self.spatial > MAX_SPATIAL {
            return Err(Fault::new(format!("more than {MAX_SPATIAL} spatial conditions")));
        }
        let mut shape = |e: &Expr| match self.operand(e)? {
            Operand::Shape(s) => Ok(s),
            _ => Err(Fault::new(format!("{} is no geometry", describe(e)))),
        };
        let (left, right) = (shape(a)?, shape(b)?);
        let near = match (&left, &right) {
            (Shape::OfRow, Shape::Fixed(g)) | (Shape::Fixed(g), Shape::OfRow) => {
                let mut marks = vec![false; self.rows.len()];
                if let Some(r) = g.bounding_rect() {
                    for i in self.rows.near([r.min().x, r.min().y, r.max().x, r.max().y]) {
                        marks[i as usize] = true;
                    }
                }
                Some(marks)
            }
            _ => None,
        };
        Ok(Bound::Spatial(Relation { spatial, left, right, near }))
    }
}

fn unlike(a: &Expr, b: &Expr) -> Fault {
    Fault::new(format!("{} and {} are of different types; text stands in '…'", describe(a), describe(b)))
}

/// The pattern of LIKE, with its folding.
fn pattern_of(e: &Expr, fold: &dyn Fn(&str) -> String) -> Result<Pattern, Fault> {
    match e {
        Expr::Text(t) => Ok(Pattern::new(t, fold)),
        Expr::CaseI(inner) => pattern_of(inner, &|t| fold(&fold_case(t))),
        Expr::AccentI(inner) => pattern_of(inner, &|t| fold(&fold_accents(t))),
        other => Err(Fault::new(format!("the pattern of LIKE is text, not {}", describe(other)))),
    }
}
