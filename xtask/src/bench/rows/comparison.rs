//! Contenders side by side.

use std::fmt::Write as _;

use anyhow::Context as _;

use super::super::{
    outcome::{Measured, Other, Outcome},
    statistics::{Figure, ratio},
    worker::{Sample, Worker, interleaved, values},
};

/// What the rounds gave for each contender.
#[derive(Debug)]
pub(crate) struct Comparison {
    contenders: Vec<(String, Result<Vec<Sample>, String>)>,
}

/// A contender that is ready, or why it is not.
pub(crate) type Contender = (String, Result<Worker, String>);

impl Comparison {
    /// Measures all that are there in the same rounds.
    pub(crate) fn run(contenders: Vec<Contender>, rounds: usize, iterations: u64) -> anyhow::Result<Self> {
        let mut workers = Vec::new();
        let mut found = Vec::new();
        for (name, worker) in contenders {
            match worker {
                Ok(worker) => {
                    workers.push(worker);
                    found.push((name, None));
                }
                Err(why) => found.push((name, Some(why))),
            }
        }
        let samples = interleaved(&mut workers, rounds, iterations)?;
        Ok(Self::of(found, samples))
    }

    /// What was measured, of those that are not missing.
    pub(crate) fn of(contenders: Vec<(String, Option<String>)>, samples: Vec<Vec<Sample>>) -> Self {
        let mut samples = samples.into_iter();
        let contenders = contenders
            .into_iter()
            .map(|(name, missing)| {
                let result = missing.map_or_else(|| Ok(samples.next().unwrap_or_default()), Err);
                (name, result)
            })
            .collect();
        Self { contenders }
    }

    /// One value of all samples of a contender.
    pub(crate) fn values(
        &self,
        name: &str,
        value: impl Fn(&Sample) -> f64,
    ) -> anyhow::Result<Result<Vec<f64>, String>> {
        let found = self.contenders.iter().find(|contender| contender.0 == name);
        let (_, result) = found.with_context(|| format!("{name} is no contender"))?;
        Ok(result.as_ref().map(|samples| values(samples, value)).map_err(Clone::clone))
    }

    /// The first contender held against another one, and the rest against it as well.
    pub(crate) fn against(&self, base: &str, value: impl Fn(&Sample) -> f64 + Copy) -> anyhow::Result<Outcome> {
        let (first, _) = self.contenders.first().context("there is a contender")?;
        let base_values = match self.values(base, value)? {
            Ok(values) => values,
            Err(why) => return Ok(Outcome::Missing(why)),
        };
        let figure = match self.values(first, value)? {
            Ok(values) => ratio(&values, &base_values)?,
            Err(why) => return Ok(Outcome::Missing(why)),
        };
        let mut others = Vec::new();
        for (name, _) in self.contenders.iter().filter(|contender| contender.0 != *first && contender.0 != base) {
            let figure = match self.values(name, value)? {
                Ok(values) => Ok(ratio(&values, &base_values)?),
                Err(why) => Err(why),
            };
            others.push(Other { name: name.clone(), figure });
        }
        Ok(Outcome::Measured(Measured { figure, others, detail: self.detail(value)? }))
    }

    /// The medians of all, as people read times.
    pub(crate) fn detail(&self, value: impl Fn(&Sample) -> f64 + Copy) -> anyhow::Result<String> {
        let mut text = String::new();
        for (name, result) in &self.contenders {
            if let Ok(samples) = result {
                let median = Figure::of(&values(samples, value))?.median;
                let separator = if text.is_empty() { "" } else { ", " };
                write!(text, "{separator}{name} {}", duration(median))?;
            }
        }
        Ok(text)
    }
}

/// Seconds as people read them.
pub(crate) fn duration(seconds: f64) -> String {
    if seconds < 1e-3 {
        format!("{:.1} µs", seconds * 1e6)
    } else if seconds < 1.0 {
        format!("{:.2} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(cpu: &[f64]) -> Vec<Sample> {
        cpu.iter()
            .map(|cpu| serde_json::from_value(serde_json::json!({ "iterations": 1, "cpu": cpu, "wall": 1 })).unwrap())
            .collect()
    }

    #[test]
    fn the_first_is_held_against_the_base_and_so_are_the_others() {
        let named = |name: &str| (name.to_owned(), None);
        let comparison = Comparison::of(
            vec![named("ours"), named("base"), ("gone".to_owned(), Some("it is gone".to_owned())), named("peer")],
            vec![samples(&[1.0, 2.0]), samples(&[2.0, 4.0]), samples(&[20.0, 40.0])],
        );
        let Outcome::Measured(measured) = comparison.against("base", Sample::cpu).unwrap() else { panic!() };
        assert_eq!(measured.figure, Figure::exact(0.5));
        let others = [
            Other { name: "gone".to_owned(), figure: Err("it is gone".to_owned()) },
            Other { name: "peer".to_owned(), figure: Ok(Figure::exact(10.0)) },
        ];
        assert_eq!(measured.others, others);
        assert_eq!(measured.detail, "ours 1.50 s, base 3.00 s, peer 30.00 s");
        assert_eq!(comparison.against("gone", Sample::cpu).unwrap(), Outcome::Missing("it is gone".to_owned()));
    }

    #[test]
    fn times_in_the_unit_that_fits() {
        assert_eq!([4.2e-5, 0.0123, 2.5].map(duration), ["42.0 µs", "12.30 ms", "2.50 s"]);
    }
}
