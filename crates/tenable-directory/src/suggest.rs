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

/// Of these names of people the one that is a slip of the finger away from this one, if any is.
///
/// People of one company have addresses that are alike in most of their letters: what comes before the `@` has to be near by itself, and
/// so has what comes after it. A stranger is no suggestion.
pub(crate) fn nearest_person<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.trim().to_lowercase();
    let scored = names.into_iter().filter_map(|other| Some((slips(&name, &other.trim().to_lowercase())?, other)));
    scored.min_by_key(|(slips, _)| *slips).map(|(_, other)| other)
}

/// How many letters lie between two names of people; `None` when they are those of strangers.
fn slips(one: &str, other: &str) -> Option<usize> {
    let ((one, domain), (other, other_domain)) = (parts(one), parts(other));
    let domains = match (domain, other_domain) {
        (Some(one), Some(other)) => near(one, other)?,
        _ => 0,
    };
    Some(near(one, other)? + domains)
}

fn parts(name: &str) -> (&str, Option<&str>) {
    name.rsplit_once('@').map_or((name, None), |(local, domain)| (local, Some(domain)))
}

/// How many letters are left out, put in, changed or swapped, if it is at most one of four, and never more than three.
fn near(one: &str, other: &str) -> Option<usize> {
    let slips = strsim::osa_distance(one, other);
    let length = one.chars().count().max(other.chars().count());
    (slips <= (length / 4).min(3)).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_person_is_named() {
        let names = ["ann@example.com", "robin.active@example.com", "bo", "kim.locked@example.com"];
        for (name, meant) in [
            ("anne@example.com", Some("ann@example.com")),
            ("ann@exmaple.com", Some("ann@example.com")),
            ("Anne", Some("ann@example.com")),
            ("robin.activ@example.com", Some("robin.active@example.com")),
            ("robin.actvie", Some("robin.active@example.com")),
            ("zoe@example.com", None),
            ("nobody@example.com", None),
            ("ana.locke@example.com", None),
            ("ann@other.example", None),
            ("jo", None),
            ("", None),
        ] {
            assert_eq!(nearest_person(name, names), meant, "{name}");
        }
        assert_eq!(nearest_person("anna", ["hanna", "anna@a"]), Some("anna@a"), "the nearest");
    }

    #[test]
    fn the_nearest_is_named_if_it_is_near() {
        assert_eq!(do_you_mean("Auditr", ["User", "Auditor"]), "; do you mean \"Auditor\"?");
        assert_eq!(do_you_mean("auditor", ["User", "Auditor"]), "; do you mean \"Auditor\"?");
        assert_eq!(do_you_mean("Night shift", ["User", "Auditor"]), "");
    }
}
