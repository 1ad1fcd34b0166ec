//! The page of a review that was kept as JSON, compared with an earlier one if that is named as well:
//!
//! ```console
//! $ cargo run --example review_page -- review.html review-2026-08.json review-2026-05.json
//! ```

use std::error::Error;
use std::fs::{self, File};

use tenable_directory::Review;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let page = arguments.next().ok_or("name the page to write, and the review to read")?;
    let review = arguments.next().ok_or("name the review to read")?;
    let mut review = Review::read_json(&fs::read_to_string(review)?)?;
    if let Some(last) = arguments.next() {
        review = review.since(&Review::read_json(&fs::read_to_string(last)?)?)?;
    }
    review.write_html(File::create(page)?)?;
    Ok(())
}
