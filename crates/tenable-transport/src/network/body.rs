//! The body of a response: whole, decompressed, bounded.

use std::io::{self, Write};
use std::pin::pin;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use hyper::body::Body;

/// Why a body could not be read.
#[derive(Debug)]
pub(super) enum BodyFailure<E> {
    /// Larger than the bound, before or after decompression.
    TooLarge,
    /// Compressed in a way we did not ask for.
    UnknownEncoding,
    /// Not what its encoding says.
    Corrupt(io::Error),
    /// The connection ended.
    Ended(E),
}

/// Reads `body`, of at most `limit` bytes, and takes away the headers that describe its compression.
///
/// Decompression goes along with the arriving pieces, so that neither memory nor the thread is held for long by a small
/// body that expands to a huge one.
pub(super) async fn read<B: Body<Data = Bytes>>(
    headers: &mut HeaderMap,
    body: B,
    limit: u64,
) -> Result<Bytes, BodyFailure<B::Error>> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    // The exact size of an answer to HEAD is zero, whatever it announces.
    if announced.is_some_and(|size| size > limit) && body.size_hint().exact() != Some(0) {
        return Err(BodyFailure::TooLarge);
    }
    let mut sink = match gzip(headers) {
        None => return Err(BodyFailure::UnknownEncoding),
        Some(false) => {
            Sink::Plain { first: Bytes::new(), joined: Vec::new(), announced: announced.unwrap_or_default() }
        }
        Some(true) => Sink::Gzip(Box::new(MultiGzDecoder::new(Bounded::new(limit)))),
    };
    let mut body = pin!(body);
    let mut received = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(BodyFailure::Ended)?.into_data() else { continue };
        received = received.saturating_add(piece.len() as u64);
        if received > limit {
            return Err(BodyFailure::TooLarge);
        }
        sink.write(piece).map_err(failure)?;
    }
    let decompressed = matches!(sink, Sink::Gzip(_));
    if decompressed {
        headers.remove(CONTENT_ENCODING);
        headers.remove(CONTENT_LENGTH);
    }
    // An answer without a body, to HEAD for one, has no compressed form either.
    if received == 0 { Ok(Bytes::new()) } else { sink.finish().map_err(failure) }
}

/// Whether the body is compressed; `None` if in an unknown way.
fn gzip(headers: &HeaderMap) -> Option<bool> {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let (Some(encoding), None) = (encodings.next(), encodings.next()) else {
        return headers.get(CONTENT_ENCODING).is_none().then_some(false);
    };
    match encoding.to_str().ok()?.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Some(true),
        "" | "identity" => Some(false),
        _ => None,
    }
}

enum Sink {
    /// The only piece of a body as it came; from the second on, the pieces joined, in one buffer for all that is announced.
    Plain {
        first: Bytes,
        joined: Vec<u8>,
        announced: u64,
    },
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

impl Sink {
    fn write(&mut self, piece: Bytes) -> io::Result<()> {
        match self {
            Self::Plain { first, joined, announced } => {
                if first.is_empty() && joined.is_empty() {
                    *first = piece;
                    return Ok(());
                }
                if joined.is_empty() {
                    // The announcement may be a lie, and then the buffer grows as it is filled.
                    let _ = joined.try_reserve_exact(usize::try_from(*announced).unwrap_or_default());
                    joined.extend_from_slice(&std::mem::take(first));
                }
                joined.extend_from_slice(&piece);
                Ok(())
            }
            Self::Gzip(sink) => sink.write_all(&piece),
        }
    }

    fn finish(self) -> io::Result<Bytes> {
        match self {
            Self::Plain { first, joined, .. } => Ok(if joined.is_empty() { first } else { joined.into() }),
            Self::Gzip(sink) => Ok(sink.finish()?.bytes.into()),
        }
    }
}

/// Bytes up to a bound; more is an error.
struct Bounded {
    bytes: Vec<u8>,
    limit: u64,
}

impl Bounded {
    fn new(limit: u64) -> Self {
        Self { bytes: Vec::new(), limit }
    }
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() as u64).saturating_add(piece.len() as u64) > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failure<E>(error: io::Error) -> BodyFailure<E> {
    if error.kind() == io::ErrorKind::FileTooLarge { BodyFailure::TooLarge } else { BodyFailure::Corrupt(error) }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;
    use http_body_util::Full;

    use super::*;

    fn compress(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    async fn read_all(encoding: &'static str, body: Vec<u8>, limit: u64) -> Result<Bytes, String> {
        let mut headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(encoding))]);
        read(&mut headers, Full::new(Bytes::from(body)), limit).await.map_err(|failure| format!("{failure:?}"))
    }

    #[tokio::test]
    async fn within_the_bound_to_the_byte() {
        assert_eq!(read_all("identity", b"12345".to_vec(), 5).await.unwrap(), "12345");
        assert_eq!(read_all("identity", b"12345".to_vec(), 4).await.unwrap_err(), "TooLarge");
        let zeros = vec![0; 100_000];
        assert_eq!(read_all("gzip", compress(&zeros), 100_000).await.unwrap(), zeros);
        assert_eq!(read_all("gzip", compress(&zeros), 99_999).await.unwrap_err(), "TooLarge");
    }

    #[tokio::test]
    async fn compressed_bytes_count_too() {
        // Members without content would otherwise be read for ever.
        let empty = compress(b"").repeat(100);
        assert_eq!(read_all("gzip", empty.clone(), empty.len() as u64).await.unwrap(), "");
        assert_eq!(read_all("gzip", empty, 100).await.unwrap_err(), "TooLarge");
    }

    #[tokio::test]
    async fn what_is_not_gzip_is_an_error() {
        let whole = compress(b"some text that is long enough to be cut");
        for cut in [1, 9, 15, whole.len() - 1] {
            assert!(read_all("gzip", whole[..cut].to_vec(), 1000).await.unwrap_err().starts_with("Corrupt"), "{cut}");
        }
        assert!(read_all("gzip", b"plain text".to_vec(), 1000).await.unwrap_err().starts_with("Corrupt"));
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert!(read_all("gzip", flipped, 1000).await.unwrap_err().starts_with("Corrupt"));
        assert_eq!(read_all("br", whole.clone(), 1000).await.unwrap_err(), "UnknownEncoding");
        assert_eq!(read_all("gzip, gzip", whole.clone(), 1000).await.unwrap_err(), "UnknownEncoding");
        assert!(read_all("X-GZip", whole, 1000).await.is_ok());
        assert_eq!(read_all("gzip", Vec::new(), 1000).await.unwrap(), "");
    }

    #[tokio::test]
    async fn headers_tell_the_truth_afterwards() {
        let body = compress(b"text");
        let mut headers = HeaderMap::from_iter([
            (CONTENT_ENCODING, HeaderValue::from_static("gzip")),
            (CONTENT_LENGTH, HeaderValue::from(body.len())),
        ]);
        assert_eq!(read(&mut headers, Full::new(Bytes::from(body)), 1000).await.unwrap(), "text");
        assert!(headers.is_empty());
    }
}
