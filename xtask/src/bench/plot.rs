//! `docs/benchmarks.svg`: what a user of a list costs, by the size of the list. Both axes are logarithmic.
//!
//! It has no background, and its lines have the colour of the text around it or one that shows on light and dark.

use std::fmt::Write as _;

/// A line of the plot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) name: String,
    /// Users in the list, and microseconds of CPU time for each of them.
    pub(crate) points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 210.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 48.0;
const COLOURS: [&str; 6] = ["#2f81f7", "#db6d28", "#3fb950", "#a371f7", "#bf8700", "#e5534b"];

/// An axis in whole powers of ten that holds all values.
struct Axis {
    /// Exponents of its ends.
    first: i32,
    last: i32,
    /// Where the ends are.
    from: f64,
    to: f64,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Option<Self> {
        let smallest = values.clone().reduce(f64::min)?;
        let largest = values.reduce(f64::max)?;
        if !(smallest > 0.0 && largest.is_finite()) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "exponents of what can be measured are small")]
        let (first, last) = (smallest.log10().floor() as i32, largest.log10().ceil() as i32);
        Some(Self { first, last: last.max(first + 1), from, to })
    }

    fn place(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.first)) / f64::from(self.last - self.first);
        self.from + share * (self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(|exponent| 10_f64.powi(exponent))
    }
}

/// The picture; `None` without points.
pub(crate) fn render(series: &[Series]) -> Result<Option<String>, std::fmt::Error> {
    let points = series.iter().flat_map(|series| &series.points);
    let (Some(across), Some(up)) = (
        Axis::of(points.clone().map(|point| point.0), LEFT, WIDTH - RIGHT),
        Axis::of(points.map(|point| point.1), HEIGHT - BOTTOM, TOP),
    ) else {
        return Ok(None);
    };
    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">"#
    )?;
    writeln!(svg, "<title>CPU time a user, by the number of users in the list</title>")?;
    // Where the picture stands alone, as in an <img>, there is no text around it to take the colour from.
    writeln!(
        svg,
        "<style>svg {{ color: #57606a }} @media (prefers-color-scheme: dark) {{ svg {{ color: #9198a1 }} }}</style>"
    )?;
    writeln!(svg, r#"<g stroke="currentColor" stroke-opacity="0.25" fill="none">"#)?;
    for tick in across.ticks() {
        let x = across.place(tick);
        writeln!(svg, r#"<path d="M{x:.1} {TOP}V{:.1}"/>"#, HEIGHT - BOTTOM)?;
    }
    for tick in up.ticks() {
        let y = up.place(tick);
        writeln!(svg, r#"<path d="M{LEFT} {y:.1}H{:.1}"/>"#, WIDTH - RIGHT)?;
    }
    writeln!(svg, r#"</g><g fill="currentColor">"#)?;
    for tick in across.ticks() {
        let (x, y) = (across.place(tick), HEIGHT - BOTTOM + 18.0);
        writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="middle">{}</text>"#, thousands(tick))?;
    }
    for tick in up.ticks() {
        let (x, y) = (LEFT - 8.0, up.place(tick) + 4.0);
        writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="end">{tick} µs</text>"#)?;
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    writeln!(
        svg,
        r#"<text x="{middle:.1}" y="{:.1}" text-anchor="middle">users in the list</text></g>"#,
        HEIGHT - 10.0
    )?;
    let mut labels = Vec::new();
    for (Series { name, points }, colour) in series.iter().zip(COLOURS.iter().cycle()) {
        let places: Vec<(f64, f64)> = points.iter().map(|point| (across.place(point.0), up.place(point.1))).collect();
        let line: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        writeln!(svg, r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#, line.join(" "))?;
        for (x, y) in &places {
            writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#)?;
        }
        if let Some(last) = places.last() {
            labels.push((last.1, name, colour));
        }
    }
    for (y, name, colour) in apart(labels) {
        let x = WIDTH - RIGHT + 12.0;
        writeln!(svg, r#"<text x="{x:.1}" y="{:.1}" fill="{colour}">{}</text>"#, y + 4.0, escaped(name))?;
    }
    svg.push_str("</svg>\n");
    Ok(Some(svg))
}

/// Labels from above to below, each a line below the one before it at least.
fn apart<T, U>(mut labels: Vec<(f64, T, U)>) -> Vec<(f64, T, U)> {
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = f64::NEG_INFINITY;
    for label in &mut labels {
        label.0 = label.0.max(free);
        free = label.0 + 15.0;
    }
    labels
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, points: &[(f64, f64)]) -> Series {
        Series { name: name.to_owned(), points: points.to_vec() }
    }

    #[test]
    fn a_line_for_each_series_within_the_axes() {
        let svg = render(&[
            series("ours", &[(1_000.0, 0.5), (10_000.0, 0.5), (1_000_000.0, 0.6)]),
            series("json & <loads>", &[(1_000.0, 5.0)]),
        ])
        .unwrap()
        .unwrap();
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 4);
        assert!(svg.contains(">1,000,000<") && svg.contains(">0.1 µs<") && svg.contains(">10 µs<"), "{svg}");
        assert!(svg.contains("json &amp; &lt;loads&gt;"), "{svg}");
        // From the left end of the axis to its right end; half is between 0.1 and 1.
        let y = (HEIGHT - BOTTOM) - 0.5_f64.log10().mul_add(1.0, 1.0) / 2.0 * (HEIGHT - BOTTOM - TOP);
        assert!(svg.contains(&format!("points=\"64.0,{y:.1} ")), "{svg}");
        assert!(svg.contains(&format!(" {:.1},", WIDTH - RIGHT)), "{svg}");
    }

    #[test]
    fn nothing_measured_is_no_picture() {
        assert_eq!(render(&[]).unwrap(), None);
        assert_eq!(render(&[series("ours", &[])]).unwrap(), None);
        assert_eq!(render(&[series("ours", &[(0.0, 1.0)])]).unwrap(), None);
    }

    #[test]
    fn labels_do_not_cover_each_other() {
        let placed: Vec<f64> =
            apart(vec![(50.0, "b", ()), (48.0, "a", ()), (200.0, "c", ())]).iter().map(|label| label.0).collect();
        assert_eq!(placed, [48.0, 63.0, 200.0]);
    }
}
