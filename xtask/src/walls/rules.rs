//! The rules: who may depend on whom. This is the only place to change them.

/// A package of the workspace, and which others of the workspace it may depend on, in any way.
pub(super) struct Layer {
    pub(super) package: &'static str,
    pub(super) uses: &'static [&'static str],
}

/// Crates from outside that only some packages may name in their `[dependencies]`.
pub(super) struct Reserved {
    pub(super) crates: &'static [&'static str],
    pub(super) to: &'static [&'static str],
    /// Whether the others may have them as dev-dependencies.
    pub(super) dev: bool,
    pub(super) why: &'static str,
}

/// Crates and features that a package must not link, not even through others.
pub(super) struct Reach {
    pub(super) package: &'static str,
    pub(super) features: Features,
    pub(super) never: &'static [&'static str],
    /// Pairs of crate and feature.
    pub(super) never_features: &'static [(&'static str, &'static str)],
    pub(super) why: &'static str,
}

/// The features with which a package is searched.
#[derive(Clone, Copy, Debug)]
pub(super) enum Features {
    Default,
    None,
    All,
}

pub(super) const LAYERS: &[Layer] = &[
    Layer { package: "tenable-model", uses: &[] },
    Layer { package: "tenable-transport", uses: &[] },
    Layer { package: "tenable-api", uses: &["tenable-model", "tenable-transport"] },
    Layer { package: "tenable-directory", uses: &["tenable-api"] },
    // Shares no type with the client, so that a mistake cannot be on both sides.
    Layer { package: "tenable-emulator", uses: &[] },
    Layer { package: "tenable-cli", uses: &["tenable-api", "tenable-directory", "tenable-emulator"] },
    Layer { package: "tenable-python", uses: &["tenable-api", "tenable-directory", "tenable-emulator"] },
    Layer {
        package: "tenable-tests",
        uses: &["tenable-model", "tenable-transport", "tenable-api", "tenable-directory", "tenable-emulator"],
    },
    Layer {
        package: "tenable-bench",
        uses: &["tenable-model", "tenable-transport", "tenable-api", "tenable-emulator"],
    },
    // Builds when the others do not.
    Layer { package: "xtask", uses: &[] },
];

pub(super) const RESERVED: &[Reserved] = &[
    Reserved {
        crates: &[
            "hyper",
            "hyper-util",
            "hyper-rustls",
            "rustls",
            "rustls-platform-verifier",
            "rustls-webpki",
            "tokio-rustls",
            "aws-lc-rs",
            "ring",
        ],
        to: &["tenable-transport", "tenable-emulator", "tenable-tests", "tenable-bench"],
        dev: false,
        why: "HTTP and TLS stay behind the transport",
    },
    Reserved {
        crates: &["tokio"],
        to: &[
            "tenable-transport",
            // What it has for waiting, `tokio::sync`, which needs no runtime.
            "tenable-api",
            "tenable-emulator",
            "tenable-cli",
            "tenable-python",
            "tenable-tests",
            "tenable-bench",
        ],
        dev: true,
        why: "the layers above the transport run on any executor that drives it",
    },
    Reserved {
        crates: &["pyo3", "pyo3-build-config", "pyo3-ffi", "pyo3-log"],
        to: &["tenable-python"],
        dev: false,
        why: "Python stays in bindings/python",
    },
    Reserved {
        crates: &["axum"],
        to: &["tenable-emulator", "tenable-tests", "tenable-bench"],
        dev: false,
        why: "only the emulator is a server",
    },
    Reserved { crates: &["clap"], to: &["tenable-cli", "xtask"], dev: false, why: "libraries have no command line" },
];

pub(super) const REACHES: &[Reach] = &[
    Reach {
        package: "tenable-model",
        features: Features::All,
        never: &["tokio", "http", "hyper", "rustls", "async-trait", "futures-core", "futures-util", "mio"],
        never_features: &[],
        why: "the model is types: no I/O, nothing asynchronous",
    },
    Reach {
        package: "tenable-transport",
        features: Features::Default,
        never: &["serde_json"],
        never_features: &[],
        why: "the transport knows bytes, not their shape",
    },
    Reach {
        package: "tenable-api",
        features: Features::None,
        never: &["hyper", "hyper-util", "rustls", "aws-lc-rs", "ring", "mio"],
        never_features: &[("tokio", "net"), ("tokio", "rt")],
        why: "without its default features the client brings no network of its own",
    },
    Reach {
        package: "tenable-directory",
        features: Features::Default,
        never: &["hyper", "hyper-util", "rustls", "aws-lc-rs", "ring", "mio", "calamine", "parquet", "arrow"],
        never_features: &[("tokio", "net")],
        why: "the tasks bring neither a network of their own nor the readers and writers of big formats unless asked for",
    },
];
