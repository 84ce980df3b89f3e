//! What there are wheels for.

/// A platform.
#[derive(Debug)]
pub struct Platform {
    /// Rust's name.
    pub triple: &'static str,
    /// What maturin is asked for.
    pub compatibility: &'static str,
    /// What the wheel's name says of it.
    pub tag: &'static str,
}

/// All of them. The first two are what `cargo xtask wheel` packs without a word.
pub const PLATFORMS: [Platform; 6] = [
    Platform {
        triple: "x86_64-unknown-linux-gnu",
        compatibility: "manylinux2014",
        tag: "manylinux2014_x86_64.manylinux_2_17_x86_64",
    },
    Platform {
        triple: "aarch64-unknown-linux-gnu",
        compatibility: "manylinux2014",
        tag: "manylinux2014_aarch64.manylinux_2_17_aarch64",
    },
    Platform { triple: "x86_64-unknown-linux-musl", compatibility: "musllinux_1_2", tag: "musllinux_1_2_x86_64" },
    Platform { triple: "aarch64-unknown-linux-musl", compatibility: "musllinux_1_2", tag: "musllinux_1_2_aarch64" },
    Platform { triple: "aarch64-apple-darwin", compatibility: "", tag: "macosx_11_0_arm64" },
    Platform { triple: "x86_64-pc-windows-gnu", compatibility: "", tag: "win_amd64" },
];

/// Linux on this machine's processor.
pub const fn here() -> &'static Platform {
    &PLATFORMS[if cfg!(target_arch = "aarch64") { 1 } else { 0 }]
}

/// The platform that Rust calls so.
pub fn of_triple(triple: &str) -> Result<&'static Platform, String> {
    let known = || PLATFORMS.iter().map(|platform| platform.triple).collect::<Vec<_>>().join(", ");
    let found = PLATFORMS.iter().find(|platform| platform.triple == triple);
    found.ok_or_else(|| format!("there are no wheels for {triple}; there are for {}", known()))
}
