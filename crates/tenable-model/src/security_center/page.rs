use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

use crate::wire::{Codec, Number};

/// One answer to a list call: the elements, and where they stand in the whole list if the server says so.
///
/// A server that does not page sends everything at once: then only [`items`](Self::items) is filled. Read from every shape that lists
/// have been seen in: an array, an object with the array under `results` and counters beside it, and an object with the array under the
/// name of the resource.
///
/// ```
/// use tenable_model::security_center::Page;
///
/// let page: Page<u32> = serde_json::from_str(r#"{"totalRecords": "3", "startOffset": 0, "endOffset": 2, "results": [5, 6]}"#)?;
/// assert_eq!(page.items, [5, 6]);
/// assert_eq!(page.total_records, Some(3));
/// let bare: Page<u32> = serde_json::from_str("[5, 6]")?;
/// assert_eq!(bare.total_records, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Source: vendor's API pages; the counters are those of another endpoint's recorded pages.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// How many elements the whole list has.
    pub total_records: Option<u64>,
    /// How many elements this page has, in the server's own words.
    pub returned_records: Option<u64>,
    /// Where this page begins in the whole list, from 0.
    pub start_offset: Option<u64>,
    /// Where this page ends in the whole list, exclusive.
    pub end_offset: Option<u64>,
    /// The elements.
    pub items: Vec<T>,
}

impl<T> Page<T> {
    /// A whole list at once.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { total_records: None, returned_records: None, start_offset: None, end_offset: None, items }
    }
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, counter) in [
            ("totalRecords", self.total_records),
            ("returnedRecords", self.returned_records),
            ("startOffset", self.start_offset),
            ("endOffset", self.end_offset),
        ] {
            if let Some(counter) = counter {
                map.serialize_entry(name, &counter)?;
            }
        }
        map.serialize_entry("results", &self.items)?;
        map.end()
    }
}

/// Names under which the elements stand when the list is an object.
const LISTS: &[&str] = &["results", "users", "roles", "groups", "organizations"];

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object that holds one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Page<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(element) = elements.next_element()? {
            items.push(element);
        }
        Ok(Page::whole(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Page<T>, A::Error> {
        let mut page = Page::whole(Vec::new());
        let mut found = false;
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                "totalRecords" => page.total_records = Some(fields.next_value::<Counter>()?.0),
                "returnedRecords" => page.returned_records = Some(fields.next_value::<Counter>()?.0),
                "startOffset" => page.start_offset = Some(fields.next_value::<Counter>()?.0),
                "endOffset" => page.end_offset = Some(fields.next_value::<Counter>()?.0),
                list if LISTS.contains(&list) && !found => {
                    page.items = fields.next_value()?;
                    found = true;
                }
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        if found { Ok(page) } else { Err(A::Error::custom("it holds no list")) }
    }
}

/// A counter of a page: a number, or digits in a string.
struct Counter(u64);

impl<'de> Deserialize<'de> for Counter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Number::decode(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_a_list() {
        for (json, items, total) in [
            ("[]", &[][..], None),
            ("[1,2]", &[1, 2], None),
            (r#"{"users":[1,2]}"#, &[1, 2], None),
            (
                r#"{"totalRecords":5,"returnedRecords":2,"startOffset":0,"endOffset":2,"results":[1,2]}"#,
                &[1, 2],
                Some(5),
            ),
            (r#"{"results":[1],"totalRecords":"5","new":{"results":[9]}}"#, &[1], Some(5)),
        ] {
            let page: Page<u8> = serde_json::from_str(json).unwrap();
            assert_eq!((page.items.as_slice(), page.total_records), (items, total), "{json}");
        }
        for json in ["{}", "\"\"", "null", r#"{"usable":[],"manageable":[]}"#, r#"{"results":1}"#] {
            assert!(serde_json::from_str::<Page<u8>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_page_is_written_as_it_was_read() {
        let json = r#"{"totalRecords":5,"returnedRecords":2,"startOffset":0,"endOffset":2,"results":[1,2]}"#;
        let page: Page<u8> = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&page).unwrap(), json);
    }
}
