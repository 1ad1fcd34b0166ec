//! The protocol between the runner and a worker.
//!
//! A worker prepares itself and prints `{"ready":true}`. To each line `{"iterations":N}` on its standard input it does N iterations and
//! prints one line `{"iterations":N,"cpu":SECONDS,"wall":SECONDS,"peak":BYTES}` and what it counted besides. The peak is what memory rose by
//! at most over what was held when the line came; it is left out where the system does not say. What happens between two lines is not measured. The end of the
//! standard input ends the worker.

use std::io::{self, BufRead, Write};
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{clock, peak};

/// What a worker counted besides time and memory, such as `check`: a sum over what was read, by which contenders are seen to have done the
/// same work.
pub type Counts = Map<String, Value>;

/// The counts of an iteration that has nothing to tell but its check.
pub fn check(sum: u64) -> Counts {
    Counts::from_iter([("check".to_owned(), sum.into())])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    iterations: u64,
}

/// Does what the standard input asks for until it ends.
pub fn run(work: impl FnMut(u64) -> Result<Counts>) -> Result<()> {
    serve(io::stdin().lock(), io::stdout().lock(), work)
}

fn serve(orders: impl BufRead, mut answers: impl Write, mut work: impl FnMut(u64) -> Result<Counts>) -> Result<()> {
    writeln!(answers, "{}", json!({ "ready": true }))?;
    answers.flush()?;
    for line in orders.lines() {
        let line = line?;
        let Order { iterations } = serde_json::from_str(&line).with_context(|| format!("{line:?} is no order"))?;
        peak::reset();
        let (held, wall, cpu) = (peak::now(), Instant::now(), clock::process_seconds());
        let counts = work(iterations)?;
        let (cpu, wall) = (clock::process_seconds() - cpu, wall.elapsed().as_secs_f64());
        let mut answer = Counts::from_iter([
            ("iterations".to_owned(), iterations.into()),
            ("cpu".to_owned(), cpu.into()),
            ("wall".to_owned(), wall.into()),
        ]);
        if let (Some(held), Some(highest)) = (held, peak::highest()) {
            answer.insert("peak".to_owned(), highest.saturating_sub(held).into());
        }
        answer.extend(counts);
        writeln!(answers, "{}", Value::Object(answer))?;
        answers.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_to_each_order() {
        let mut answers = Vec::new();
        serve("{\"iterations\":3}\n{\"iterations\":5}\n".as_bytes(), &mut answers, |iterations| {
            Ok(check(iterations * 10))
        })
        .unwrap();
        let answers = String::from_utf8(answers).unwrap();
        let lines: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0], json!({ "ready": true }));
        assert_eq!(lines.len(), 3);
        for (line, iterations) in lines[1..].iter().zip([3, 5]) {
            assert_eq!((&line["iterations"], &line["check"]), (&json!(iterations), &json!(iterations * 10)));
            assert!(line["cpu"].as_f64().unwrap() >= 0.0 && line["wall"].as_f64().unwrap() >= 0.0);
        }
    }

    #[test]
    fn what_is_no_order_is_an_error() {
        for orders in ["{}\n", "{\"iterations\":-1}\n", "{\"iterations\":1,\"rounds\":1}\n", "stop\n"] {
            assert!(serve(orders.as_bytes(), Vec::new(), |_| Ok(Counts::new())).is_err(), "{orders}");
        }
    }
}
