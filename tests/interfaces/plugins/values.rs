//! A plugin that gives values of every type back.

use std::path::Path;

use fixture_interfaces::values::{AskNumber, Echo, EchoSource, Everything, MakeEcho};
use hookspec::{Bytes, Error, Hooks, Host, Plugin, Result};

struct Values;

impl Plugin for Values {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(MakeEcho, |_, given| Ok(Echo::new(Kept::new(given.size()))));
        hooks.on(AskNumber, |_, given| Ok(given.number() + 1));
    }
}

struct Kept {
    bytes: Vec<u8>,
    numbers: Vec<i64>,
    text: String,
    texts: Vec<String>,
}

impl Kept {
    fn new(size: usize) -> Self {
        Self {
            bytes: vec![7; size],
            numbers: (0..).take(size / 8).collect(),
            text: "x".repeat(size),
            texts: (0..size / 100).map(|number| format!("text number {number}")).collect(),
        }
    }
}

impl EchoSource for Kept {
    fn everything(&self, all: Everything) -> Everything {
        all
    }

    fn bytes(&self, bytes: Bytes) -> Bytes {
        bytes
    }

    fn list(&self, bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }

    fn place(&self, bytes: &[u8]) -> (usize, usize) {
        (bytes.as_ptr().addr(), bytes.len())
    }

    fn place_of_path(&self, path: &Path) -> usize {
        path.as_os_str().as_encoded_bytes().as_ptr().addr()
    }

    fn lent(&self) -> &[u8] {
        &self.bytes
    }

    fn copied(&self) -> Bytes {
        self.bytes.clone().into()
    }

    fn copied_list(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    fn lent_numbers(&self) -> &[i64] {
        &self.numbers
    }

    fn copied_numbers(&self) -> Vec<i64> {
        self.numbers.clone()
    }

    fn lent_text(&self) -> &str {
        &self.text
    }

    fn copied_text(&self) -> String {
        self.text.clone()
    }

    fn texts(&self) -> Vec<String> {
        self.texts.clone()
    }

    fn lent_texts(&self) -> Vec<&str> {
        self.texts.iter().map(String::as_str).collect()
    }

    #[allow(clippy::panic, reason = "that is what it is for")]
    fn panics(&self) -> u32 {
        panic!("the plugin panicked")
    }

    fn fails(&self) -> Result<u32, Error> {
        Ok(self.panics())
    }
}

hookspec::export_plugin!(Values, name = "values");
