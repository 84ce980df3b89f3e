//! An interface with values of every type, which the plugin gives back as they came.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use hookspec::{Bytes, Error};

hookspec::types! {
    /// A value of every type.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Everything {
        /// Integers.
        pub integers: (i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize),
        /// Floats.
        pub floats: (f32, f64),
        /// Text.
        pub text: (char, String),
        /// Lists of numbers.
        pub numbers: (Vec<i8>, Vec<i64>, Vec<u16>, Vec<u64>, Vec<usize>, Vec<f32>, Vec<f64>, [u32; 3]),
        /// Other lists.
        pub lists: (Vec<String>, Vec<bool>, Vec<Option<Vec<u8>>>),
        /// Maps and sets.
        pub maps: (BTreeMap<String, Vec<u8>>, HashSet<u64>),
        /// Options within options.
        pub options: Vec<Option<Option<u8>>>,
        /// Results within options.
        pub results: Vec<Option<Result<(), Error>>>,
        /// Times.
        pub times: (Duration, SystemTime),
        /// A path, Unicode or not.
        pub path: PathBuf,
        /// Itself.
        pub within: Option<Box<Everything>>,
        /// One of several.
        pub choice: Choice,
    }

    /// One of several.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Choice {
        /// Nothing more.
        Nothing,
        /// By names.
        Named {
            /// How many.
            number: u64,
        },
        /// By places.
        Placed(Vec<f64>, Bytes),
    }
}

hookspec::views! {
    /// Gives back what it gets, and has some of its own; the plugin provides it.
    pub view Echo of EchoSource {
        /// Everything.
        fn everything(&self, all: Everything) -> Everything;
        /// Bytes, without a copy.
        fn bytes(&self, bytes: Bytes) -> Bytes;
        /// Bytes.
        fn list(&self, bytes: Vec<u8>) -> Vec<u8>;
        /// Where the bytes are in memory, and how many.
        fn place(&self, bytes: &[u8]) -> (usize, usize);
        /// Where the path is in memory.
        fn place_of_path(&self, path: &Path) -> usize;
        /// So many bytes of its own, lent.
        fn lent(&self) -> &[u8];
        /// A copy of them.
        fn copied(&self) -> Bytes;
        /// The same as a list.
        fn copied_list(&self) -> Vec<u8>;
        /// As many numbers, lent.
        fn lent_numbers(&self) -> &[i64];
        /// A copy of them as a list.
        fn copied_numbers(&self) -> Vec<i64>;
        /// One long text, lent.
        fn lent_text(&self) -> &str;
        /// A copy of it.
        fn copied_text(&self) -> String;
        /// Many short ones.
        fn texts(&self) -> Vec<String>;
        /// The same, lent.
        fn lent_texts(&self) -> Vec<&str>;
        /// Panics.
        fn panics(&self) -> u32;
        /// Panics.
        fn fails(&self) -> Result<u32, Error>;
    }

    /// What the host has, for a plugin that calls back.
    pub view Given of GivenSource {
        /// How much the plugin is to have of its own.
        fn size(&self) -> usize;
        /// Panics, where the host is told to.
        fn number(&self) -> u32;
    }
}

hookspec::hookspecs! {
    /// Makes an echo.
    pub hook MakeEcho = "make_echo" fn(Given) -> Echo;
    /// Gives the number that the host has, and one more.
    pub hook AskNumber = "ask_number" fn(Given) -> u32;
}
