//! What is told of values that were measured in rounds.

/// The median of the rounds, and between which values the middle eight tenths of them lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Figure {
    /// The figure of at least one round.
    pub(crate) fn of(values: &[f64]) -> anyhow::Result<Self> {
        anyhow::ensure!(!values.is_empty() && values.iter().all(|value| value.is_finite()), "{values:?} has no median");
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share| percentile(&sorted, share);
        Ok(Self { median: at(0.5), low: at(0.1), high: at(0.9) })
    }

    /// What is the same in each round, such as a count.
    pub(crate) const fn exact(value: f64) -> Self {
        Self { median: value, low: value, high: value }
    }

    /// In another unit.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self { median: self.median * factor, low: self.low * factor, high: self.high * factor }
    }
}

/// Between neighbours, what lies between them in proportion.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
    let position = share * (sorted.len() - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position among the rounds")]
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * position.fract()
}

/// What each round gives of a pair that was measured in it, such as a ratio.
pub(crate) fn paired(ours: &[f64], theirs: &[f64], compare: impl Fn(f64, f64) -> f64) -> anyhow::Result<Figure> {
    anyhow::ensure!(ours.len() == theirs.len(), "the rounds of a pair are as many");
    Figure::of(&ours.iter().zip(theirs).map(|(ours, theirs)| compare(*ours, *theirs)).collect::<Vec<_>>())
}

/// How many times the other's each of ours is.
pub(crate) fn ratio(ours: &[f64], theirs: &[f64]) -> anyhow::Result<Figure> {
    paired(ours, theirs, |ours, theirs| ours / theirs)
}

/// In which order so many contenders run in a round: each is first as often as the others.
pub(crate) fn order(round: usize, contenders: usize) -> impl Iterator<Item = usize> {
    (0..contenders).map(move |place| (round + place) % contenders)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(values: &[f64]) -> (f64, f64, f64) {
        let Figure { median, low, high } = Figure::of(values).unwrap();
        (median, low, high)
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "halves are exact")]
    fn the_middle_and_the_spread() {
        assert_eq!(figure(&[7.0]), (7.0, 7.0, 7.0));
        assert_eq!(figure(&[4.0, 1.0]).0, 2.5);
        assert_eq!(figure(&[3.0, 1.0, 2.0]).0, 2.0);
        // Of 0 to 10, a tenth and nine tenths are values themselves, whatever the order.
        assert_eq!(figure(&[10.0, 0.0, 1.0, 9.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0]), (5.0, 1.0, 9.0));
    }

    #[test]
    fn what_has_no_median() {
        assert!(Figure::of(&[]).is_err());
        assert!(ratio(&[1.0], &[0.0]).is_err());
        assert!(ratio(&[1.0, 2.0], &[1.0]).is_err());
    }

    /// A machine that is slow in a round is so for both: the ratio holds.
    #[test]
    #[expect(clippy::float_cmp, reason = "halves are exact")]
    fn ratios_are_taken_in_each_round() {
        let Figure { median, low, high } = ratio(&[1.0, 10.0, 2.0], &[2.0, 20.0, 4.0]).unwrap();
        assert_eq!((median, low, high), (0.5, 0.5, 0.5));
        assert_eq!(paired(&[5.0, 7.0], &[4.0, 4.0], |ours, theirs| ours - theirs).unwrap().median, 2.0);
    }

    #[test]
    fn each_is_first_in_turn() {
        let orders: Vec<Vec<usize>> = (0..4).map(|round| order(round, 3).collect()).collect();
        assert_eq!(orders, [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]);
    }
}
