//! What somebody may have meant.

/// Of these names the one that is most like this one, if any is.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.trim().to_lowercase();
    let scored = names.into_iter().map(|other| (strsim::jaro_winkler(&name, &other.to_lowercase()), other));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

/// `; do you mean "X"?`, or nothing.
pub(crate) fn do_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, names).map_or_else(String::new, |other| format!("; do you mean {other:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_named_if_it_is_near() {
        assert_eq!(do_you_mean("Auditr", ["User", "Auditor"]), "; do you mean \"Auditor\"?");
        assert_eq!(do_you_mean("auditor", ["User", "Auditor"]), "; do you mean \"Auditor\"?");
        assert_eq!(do_you_mean("Night shift", ["User", "Auditor"]), "");
    }
}
