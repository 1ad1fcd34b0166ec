use fastrand::Rng;

/// Texts on which parsers stumble.
const TOKENS: &[&[u8]] = &[
    b"null",
    b"true",
    b"\"\"",
    b"{}",
    b"[]",
    b"-1",
    b"0",
    b"1e999",
    b"-0.0",
    b"18446744073709551616",
    b"9223372036854775808",
    b"99999999999999999999999999999999",
    b"\\ud800",
    b"\\u0000",
    b"\0",
    b"\r\n",
    b"\n",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x98\x80",
    b"%2e%2e",
    b"../",
    b"/",
    b"//",
    b"%",
    b"%00",
    b"@",
    b":",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\"",
    b"'",
    b"\\",
    b",",
    b";",
    b"=",
    b"&",
    b"*",
    b"!!",
    b"<<: *a",
    b"&a ",
    b"? ",
    b"- ",
    b"|\n",
    b"---\n",
    b"10000-01-01",
    b"0000-00-00",
    b"253402300800",
    b"-62135596801",
    b"2026-02-30T25:61:61Z",
    b"::",
    b"0x",
    b"+1",
    b"1.5",
    b"NaN",
    b"Infinity",
    b"=cmd|' /C calc'!A0",
    b"-----BEGIN CERTIFICATE-----",
    b"-----END",
    b"*/8",
    b"/999",
];

/// Changes inputs a little at a time, the same way for the same seed.
#[derive(Debug)]
pub struct Mutator {
    random: Rng,
}

impl Mutator {
    /// With a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed) }
    }

    /// One of the inputs, changed in one to four places.
    ///
    /// # Panics
    ///
    /// When there are no inputs.
    pub fn next(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.one_of(inputs).clone();
        for _ in 0..self.random.usize(1..=4) {
            self.change(&mut input, inputs);
        }
        // Long enough for anything that matters here, and still quick.
        input.truncate(1 << 16);
        input
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.random.usize(..all.len())]
    }

    /// A part of `length`, as begin and end.
    fn part(&mut self, length: usize) -> (usize, usize) {
        let begin = self.random.usize(..=length);
        (begin, (begin + self.random.usize(..=16)).min(length))
    }

    fn change(&mut self, input: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let (begin, end) = self.part(input.len());
        match self.random.u8(..7) {
            0 if begin < input.len() => input[begin] ^= 1 << self.random.u8(..8),
            1 if begin < input.len() => input[begin] = self.random.u8(..),
            2 => drop(input.drain(begin..end)),
            3 => {
                let again = input[begin..end].to_vec();
                let times = self.random.usize(1..=64);
                drop(input.splice(begin..begin, again.repeat(times)));
            }
            4 => {
                let token = self.one_of(TOKENS);
                drop(input.splice(begin..begin, token.iter().copied()));
            }
            5 => {
                let token = self.one_of(TOKENS);
                drop(input.splice(begin..end, token.iter().copied()));
            }
            _ => {
                let other = self.one_of(inputs);
                let (from, _) = self.part(other.len());
                drop(input.splice(begin..end, other[from..].iter().copied()));
            }
        }
    }
}
