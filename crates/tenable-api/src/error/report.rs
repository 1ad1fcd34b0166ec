use std::error::Error;

/// An error and its causes in one line, for a log or a terminal. What a cause repeats of what was said before is left out.
///
/// ```
/// let cause = std::io::Error::other("no route; nothing was sent");
/// assert_eq!(tenable_api::report(&cause), "no route; nothing was sent");
/// ```
pub fn report(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // How often and how long has been said at the top.
        let text = text.split_once(" (after ").map_or(text.as_str(), |(text, _)| text);
        let fresh: Vec<&str> = text.split("; ").filter(|clause| !line.contains(clause)).collect();
        if !fresh.is_empty() {
            line.push_str(": ");
            line.push_str(&fresh.join("; "));
        }
        source = cause.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Self>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    #[test]
    fn causes_are_joined_without_repeating() {
        let below = |text, layer| Some(Box::new(Layer(text, layer)));
        let error = Layer(
            "no way; nothing was sent",
            below(
                "could not connect; nothing was sent (after 3 attempts in 0.5s)",
                below("refused", below("refused", None)),
            ),
        );
        assert_eq!(report(&error), "no way; nothing was sent: could not connect: refused");
    }
}
