//! What there are archives for.

/// A platform.
#[derive(Debug)]
pub struct Platform {
    /// Rust's name.
    pub triple: &'static str,
    /// What zig links for.
    pub zig: &'static str,
    /// What archives are called after.
    pub name: &'static str,
    /// The system, for what its files are called.
    pub system: System,
    /// Where its programs run.
    pub runner: Runner,
}

/// A system, as far as the names of files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Linux,
    MacOs,
    Windows,
}

/// What runs a platform's programs.
#[derive(Clone, Copy, Debug)]
pub enum Runner {
    /// A Linux of this machine's processor, with this loader.
    Loader(&'static str),
    /// What QEMU and Debian's folder of libraries call the machine.
    Qemu {
        machine: &'static str,
        libraries: &'static str,
    },
    Wine,
    /// Nothing that can be had here.
    Nowhere,
}

/// All of them.
pub const PLATFORMS: [Platform; 5] = [
    Platform {
        triple: "x86_64-unknown-linux-gnu",
        zig: "x86_64-linux-gnu.2.17",
        name: "x86_64-linux",
        system: System::Linux,
        runner: if cfg!(target_arch = "x86_64") {
            Runner::Loader("/lib64/ld-linux-x86-64.so.2")
        } else {
            Runner::Qemu { machine: "x86_64", libraries: "/usr/x86_64-linux-gnu" }
        },
    },
    Platform {
        triple: "aarch64-unknown-linux-gnu",
        zig: "aarch64-linux-gnu.2.17",
        name: "aarch64-linux",
        system: System::Linux,
        runner: if cfg!(target_arch = "aarch64") {
            Runner::Loader("/lib/ld-linux-aarch64.so.1")
        } else {
            Runner::Qemu { machine: "aarch64", libraries: "/usr/aarch64-linux-gnu" }
        },
    },
    Platform {
        triple: "x86_64-unknown-linux-musl",
        zig: "x86_64-linux-musl",
        name: "x86_64-linux-musl",
        system: System::Linux,
        runner: if cfg!(target_arch = "x86_64") { Runner::Loader("/lib/ld-musl-x86_64.so.1") } else { Runner::Nowhere },
    },
    Platform {
        triple: "x86_64-pc-windows-gnu",
        zig: "x86_64-windows-gnu",
        name: "x86_64-windows",
        system: System::Windows,
        runner: Runner::Wine,
    },
    Platform {
        triple: "aarch64-apple-darwin",
        zig: "aarch64-macos",
        name: "aarch64-macos",
        system: System::MacOs,
        runner: Runner::Nowhere,
    },
];

/// Linux with glibc on this machine's processor.
pub const fn here() -> &'static Platform {
    &PLATFORMS[if cfg!(target_arch = "aarch64") { 1 } else { 0 }]
}

/// The platform that Rust calls so.
pub fn of_triple(triple: &str) -> Result<&'static Platform, String> {
    let known = || PLATFORMS.iter().map(|platform| platform.triple).collect::<Vec<_>>().join(", ");
    let found = PLATFORMS.iter().find(|platform| platform.triple == triple);
    found.ok_or_else(|| format!("there are no archives for {triple}; there are for {}", known()))
}

impl Platform {
    pub fn is_here(&self) -> bool {
        self.triple == here().triple
    }

    /// What the program is called.
    pub fn program(&self, name: &str) -> String {
        if self.system == System::Windows { format!("{name}.exe") } else { name.to_owned() }
    }

    /// What the library is called.
    pub fn library(&self, name: &str) -> String {
        match self.system {
            System::Linux => format!("lib{name}.so"),
            System::MacOs => format!("lib{name}.dylib"),
            System::Windows => format!("{name}.dll"),
        }
    }
}
