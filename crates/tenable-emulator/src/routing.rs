//! Paths and queries.

use percent_encoding::percent_decode_str;

/// The segments of a fitting path that stand for the template's placeholders, in order; none if it does not fit.
pub(crate) fn match_template<'r>(template: &str, path: &'r str) -> Option<Vec<&'r str>> {
    // Most templates differ before their first placeholder.
    if !path.starts_with(template.split('{').next()?) {
        return None;
    }
    let mut segments = Vec::new();
    let mut wanted = template.split('/');
    let mut found = path.split('/');
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(segments),
            (Some(wanted), Some(found)) if wanted.starts_with('{') && !found.is_empty() => segments.push(found),
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return None,
        }
    }
}

/// The names and values of a query, decoded.
pub(crate) fn query_pairs(query: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_match_whole_paths() {
        assert_eq!(match_template("/api/users/{id}/roles", "/api/users/7/roles"), Some(vec!["7"]));
        assert_eq!(match_template("/a/{one}/b/{two}", "/a/1/b/2"), Some(vec!["1", "2"]));
        assert_eq!(match_template("/api/users", "/api/users"), Some(vec![]));
        for path in ["/api/users/", "//api/users", "/api/users/7/", "/api/users//roles", "/api"] {
            assert_eq!(match_template("/api/users/{id}", path), None, "{path}");
            assert_eq!(match_template("/api/users", path), None, "{path}");
        }
    }

    #[test]
    fn queries_are_decoded() {
        let pairs: Vec<_> = query_pairs(Some("fields=id%2Cname&&flag&q=a+b=c")).collect();
        let texts = [("fields", "id,name"), ("flag", ""), ("q", "a b=c")];
        assert_eq!(pairs, texts.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(query_pairs(None).count(), 0);
    }
}
