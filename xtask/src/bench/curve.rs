//! Cost as a function of size.

/// What something costs by how much of it there is.
pub struct Curve {
    /// What.
    pub name: &'static str,
    /// In what the cost is.
    pub unit: &'static str,
    points: Vec<(f64, f64)>,
}

impl Curve {
    /// Asks for the cost of each size.
    pub fn measured(
        name: &'static str,
        unit: &'static str,
        sizes: &[usize],
        mut cost: impl FnMut(usize) -> Result<f64, String>,
    ) -> Result<Self, String> {
        let mut points = Vec::new();
        for &size in sizes {
            let cost = cost(size)?;
            // It takes long, and whoever waits wants to see what is there.
            eprintln!("{name}, {size}: {cost:.3} {unit}");
            #[expect(clippy::cast_precision_loss, reason = "a million at most")]
            points.push((size as f64, cost));
        }
        Ok(Self { name, unit, points })
    }

    /// Sizes and costs.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().copied()
    }

    /// The exponent between the first size and the last.
    pub fn exponent(&self) -> f64 {
        slope(self.points.first(), self.points.last())
    }

    /// The exponent between the last two sizes, where what is the same for all counts least.
    pub fn last_exponent(&self) -> f64 {
        slope(self.points.iter().rev().nth(1), self.points.last())
    }
}

fn slope(from: Option<&(f64, f64)>, to: Option<&(f64, f64)>) -> f64 {
    let (Some(from), Some(to)) = (from, to) else { return f64::NAN };
    (to.1 / from.1).ln() / (to.0 / from.0).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_those_of_powers() {
        let square = Curve::measured("square", "", &[1, 10, 100], |size| {
            u32::try_from(size * size).map(f64::from).map_err(|error| error.to_string())
        });
        let square = square.unwrap_or_else(|problem| unreachable!("{problem}"));
        assert!((square.exponent() - 2.0).abs() < 1e-9, "{}", square.exponent());
        assert!((square.last_exponent() - 2.0).abs() < 1e-9, "{}", square.last_exponent());
    }
}
