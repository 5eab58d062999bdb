//! cql2-text: recursive descent, one token ahead, never back.
//!
//! Brackets hold either a condition or a number; which of them is left to the types (`bind`), so that nothing has to be
//! tried twice.

use super::token::{Token, tokens};
use super::{
    Arithmetic, Compare, Expr, Fault, MAX_DEPTH, Spatial, check_length, geometry, no_function, time, too_deep,
};

/// Reads a filter written as text.
pub fn parse_text(text: &str) -> Result<Expr, Fault> {
    check_length(text)?;
    let mut p = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let e = p.either()?;
    match p.tokens.get(p.at) {
        None => Ok(e),
        Some(_) => Err(p.unexpected("AND, OR or the end")),
    }
}

pub(super) struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, t)| t)
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Fault {
        match self.tokens.get(self.at) {
            None => Fault::new(format!("ends where {wanted} is expected")),
            Some((at, t)) => {
                let found = match t {
                    Token::Word(w) | Token::Quoted(w) => format!("{w:?}"),
                    Token::Text(t) => format!("'{t}'"),
                    Token::Number(n) => n.to_string(),
                    Token::Sign(s) => format!("{s:?}"),
                };
                Fault::new(format!("{found} at position {at}, where {wanted} is expected"))
            }
        }
    }

    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(there);
        there
    }

    pub(super) fn needs(&mut self, sign: &str) -> Result<(), Fault> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(&format!("{sign:?}"))) }
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word))
    }

    pub(super) fn takes_keyword(&mut self, word: &str) -> bool {
        let there = self.is_keyword(word);
        self.at += usize::from(there);
        there
    }

    pub(super) fn at_number(&self) -> bool {
        matches!(self.peek(), Some(Token::Number(_) | Token::Sign("-" | "+")))
    }

    /// A number with its sign, as coordinates are written.
    pub(super) fn coordinate(&mut self) -> Result<f64, Fault> {
        let negative = self.takes("-");
        if !negative {
            self.takes("+");
        }
        match self.peek() {
            Some(&Token::Number(n)) => {
                self.at += 1;
                Ok(if negative { -n } else { n })
            }
            _ => Err(self.unexpected("a number")),
        }
    }

    /// One level deeper, for as long as `inner` takes.
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        let out = inner(self);
        self.depth -= 1;
        out
    }

    fn either(&mut self) -> Result<Expr, Fault> {
        let mut all = vec![self.both()?];
        while self.takes_keyword("or") {
            all.push(self.both()?);
        }
        Ok(one_or(all, Expr::Or))
    }

    fn both(&mut self) -> Result<Expr, Fault> {
        let mut all = vec![self.not()?];
        while self.takes_keyword("and") {
            all.push(self.not()?);
        }
        Ok(one_or(all, Expr::And))
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        if self.takes_keyword("not") {
            return Ok(Expr::Not(Box::new(self.nested(Self::not)?)));
        }
        self.predicate()
    }

    fn predicate(&mut self) -> Result<Expr, Fault> {
        let left = self.sum()?;
        if let Some(Token::Sign(s)) = self.peek() {
            let op = match *s {
                "=" => Compare::Equal,
                // `!=` is not in the standard, but in everybody's fingers.
                "<>" | "!=" => Compare::NotEqual,
                "<" => Compare::Less,
                "<=" => Compare::LessOrEqual,
                ">" => Compare::Greater,
                ">=" => Compare::GreaterOrEqual,
                _ => return Ok(left),
            };
            self.at += 1;
            return Ok(Expr::Compare(op, Box::new(left), Box::new(self.sum()?)));
        }
        if self.takes_keyword("is") {
            let not = self.takes_keyword("not");
            if !self.takes_keyword("null") {
                return Err(self.unexpected("NULL"));
            }
            return Ok(unless(not, Expr::IsNull(Box::new(left))));
        }
        let not = self.takes_keyword("not");
        let made = if self.takes_keyword("like") {
            Expr::Like(Box::new(left), Box::new(self.sum()?))
        } else if self.takes_keyword("between") {
            let low = self.sum()?;
            if !self.takes_keyword("and") {
                return Err(self.unexpected("AND"));
            }
            Expr::Between(Box::new(left), Box::new(low), Box::new(self.sum()?))
        } else if self.takes_keyword("in") {
            self.needs("(")?;
            let mut list = vec![self.sum()?];
            while self.takes(",") {
                list.push(self.sum()?);
            }
            self.needs(")")?;
            Expr::In(Box::new(left), list)
        } else if not {
            return Err(self.unexpected("LIKE, BETWEEN or IN"));
        } else {
            return Ok(left);
        };
        Ok(unless(not, made))
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        let first = self.product()?;
        let mut rest = Vec::new();
        loop {
            let op = match self.peek() {
                Some(Token::Sign("+")) => Arithmetic::Add,
                Some(Token::Sign("-")) => Arithmetic::Subtract,
                _ => break,
            };
            self.at += 1;
            rest.push((op, self.product()?));
        }
        Ok(chain(first, rest))
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        let first = self.power()?;
        let mut rest = Vec::new();
        loop {
            let op = match self.peek() {
                Some(Token::Sign("*")) => Arithmetic::Multiply,
                Some(Token::Sign("/")) => Arithmetic::Divide,
                Some(Token::Sign("%")) => Arithmetic::Remainder,
                Some(Token::Word(w)) if w.eq_ignore_ascii_case("div") => Arithmetic::WholeDivide,
                _ => break,
            };
            self.at += 1;
            rest.push((op, self.power()?));
        }
        Ok(chain(first, rest))
    }

    fn power(&mut self) -> Result<Expr, Fault> {
        let base = self.signed()?;
        if !self.takes("^") {
            return Ok(base);
        }
        let exponent = self.signed()?;
        Ok(chain(base, vec![(Arithmetic::Power, exponent)]))
    }

    fn signed(&mut self) -> Result<Expr, Fault> {
        if self.takes("-") {
            return Ok(match self.nested(Self::signed)? {
                Expr::Number(n) => Expr::Number(-n),
                other => chain(Expr::Number(0.0), vec![(Arithmetic::Subtract, other)]),
            });
        }
        if self.takes("+") {
            return self.nested(Self::signed);
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        if self.takes("(") {
            let inner = self.nested(Self::either)?;
            self.needs(")")?;
            return Ok(inner);
        }
        let wanted = "a property, a value or a bracket";
        let Some((_, token)) = self.tokens.get(self.at) else { return Err(self.unexpected(wanted)) };
        let word = match token.clone() {
            Token::Number(n) => {
                self.at += 1;
                return Ok(Expr::Number(n));
            }
            Token::Text(t) => {
                self.at += 1;
                return Ok(Expr::Text(t));
            }
            Token::Quoted(name) => {
                self.at += 1;
                return Ok(Expr::Property(name));
            }
            Token::Sign(_) => return Err(self.unexpected(wanted)),
            Token::Word(w) => w,
        };
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "true" | "false" => {
                self.at += 1;
                return Ok(Expr::Boolean(lower == "true"));
            }
            "and" | "or" | "not" | "like" | "between" | "in" | "is" | "null" | "div" => {
                return Err(self.unexpected(wanted));
            }
            _ => {}
        }
        self.at += 1;
        if geometry::is_type(&lower) {
            let heights = ["z", "m", "zm"].iter().any(|k| self.is_keyword(k));
            if heights || matches!(self.peek(), Some(Token::Sign("("))) {
                return geometry::from_text(self, &lower).map(Expr::Geometry);
            }
        } else if matches!(self.peek(), Some(Token::Sign("("))) {
            self.at += 1;
            let e = self.nested(|p| p.function(&word, &lower))?;
            self.needs(")")?;
            return Ok(e);
        }
        Ok(Expr::Property(word))
    }

    fn function(&mut self, name: &str, lower: &str) -> Result<Expr, Fault> {
        if let Some(s) = Spatial::named(lower) {
            let left = self.sum()?;
            self.needs(",")?;
            return Ok(Expr::Spatial(s, Box::new(left), Box::new(self.sum()?)));
        }
        match lower {
            "casei" => Ok(Expr::CaseI(Box::new(self.sum()?))),
            "accenti" => Ok(Expr::AccentI(Box::new(self.sum()?))),
            "date" | "timestamp" => match self.peek() {
                Some(Token::Text(t)) => {
                    let instant = time::literal(lower, t)?;
                    self.at += 1;
                    Ok(Expr::Instant(instant))
                }
                _ => Err(self.unexpected("a time in quotation marks")),
            },
            _ => Err(no_function(name)),
        }
    }
}

fn one_or(mut all: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    if all.len() == 1 { all.remove(0) } else { many(all) }
}

fn unless(not: bool, e: Expr) -> Expr {
    if not { Expr::Not(Box::new(e)) } else { e }
}

fn chain(first: Expr, rest: Vec<(Arithmetic, Expr)>) -> Expr {
    if rest.is_empty() { first } else { Expr::Arithmetic(Box::new(first), rest) }
}
