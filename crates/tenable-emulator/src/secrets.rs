//! Keys and tokens nobody can guess, as a real product's are.

use ring::rand::{SecureRandom, SystemRandom};

/// `bytes` random bytes in hexadecimal.
pub(crate) fn random_hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    let filled = SystemRandom::new().fill(&mut buffer);
    assert!(filled.is_ok(), "the operating system gives no random numbers");
    hex(&buffer)
}

/// A key in the form that the vendor's examples have: 36 hexadecimal characters.
pub(crate) fn api_key() -> String {
    random_hex(18)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn secrets_differ_and_have_their_length() {
        let (one, two) = (super::api_key(), super::api_key());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert_eq!(super::hex(&[0x0f, 0xa0]), "0fa0");
    }
}
