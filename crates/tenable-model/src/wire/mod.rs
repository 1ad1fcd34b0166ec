//! How values stand in JSON: the codecs that read leniently and write exactly.
//!
//! A [`Codec`] is a way to write one kind of value, chosen field by field: the same `bool` is `true` in one product and `"true"` in
//! another. Each codec reads every form that products have been seen to send and writes exactly one.

mod codec;
mod id;
mod key;
mod object;
mod open_enum;
mod request;
mod scalar;
mod time;

pub use codec::{AsIs, Codec, Each, InObject, decode, decode_option, encode, encode_option, not_null};
pub use id::ParseIdError;
pub use scalar::{Boolean, BooleanNumber, BooleanText, Number, NumberText, Secret, SecretNumber, Text};
pub use time::{Rfc3339, UnixMilliseconds, UnixSeconds, UnixSecondsText};

pub(crate) use codec::Decode;
pub(crate) use id::id;
pub(crate) use key::key;
pub(crate) use object::{Decoded, Decoder, Encoder, expected, object};
pub(crate) use open_enum::open_enum;
pub(crate) use request::{request, taken, written};
pub(crate) use scalar::{string_then, text, text_then};
