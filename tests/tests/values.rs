//! Values of every type, handed to a real library and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    time::{Duration, UNIX_EPOCH},
};

use fixture_interfaces::{
    host::{Bakery, found},
    values::{AskNumber, Choice, Echo, Everything, Given, GivenSource, MakeEcho},
};
use hookspec::{Bytes, Error};
use hookspec_host::{ErrorPolicy, FailureKind, PluginManager};
use tests::artifacts;

/// What the plugin makes, which keeps the library.
struct Loaded {
    manager: PluginManager,
    echo: Echo,
}

/// A host whose number the plugin may not get.
struct Faulty(usize);

impl GivenSource for Faulty {
    fn size(&self) -> usize {
        self.0
    }

    fn number(&self) -> u32 {
        panic!("the host panicked")
    }
}

fn loaded(size: usize) -> Loaded {
    let manager = PluginManager::new(Bakery, ErrorPolicy::Propagate);
    let make = manager.declare(MakeEcho).unwrap();
    manager.load(&found(&artifacts().fixture("values"))).unwrap();
    let echo = make.call(&Given::new(Faulty(size))).unwrap().pop().unwrap();
    Loaded { manager, echo }
}

fn everything() -> Everything {
    let path = odd_path();
    let all = Everything {
        integers: (
            i8::MIN,
            i16::MIN,
            i32::MIN,
            i64::MIN,
            i128::MIN,
            isize::MIN,
            u8::MAX,
            u16::MAX,
            u32::MAX,
            u64::MAX - 5,
            u128::MAX,
            usize::MAX,
        ),
        floats: (f32::MIN_POSITIVE, f64::INFINITY),
        text: (char::MAX, "Käse\0".to_owned()),
        numbers: (
            vec![i8::MIN],
            vec![i64::MIN, 1],
            vec![u16::MAX],
            vec![u64::MAX],
            vec![usize::MAX],
            vec![0.1],
            vec![-0.0, 0.1],
            [1, 2, u32::MAX],
        ),
        lists: (vec!["tea".to_owned(), String::new()], vec![true, false], vec![None, Some(Vec::new()), Some(vec![1])]),
        maps: (BTreeMap::from([("a".to_owned(), vec![1]), ("b".to_owned(), vec![])]), HashSet::from([1, u64::MAX])),
        options: vec![None, Some(None), Some(Some(7))],
        results: vec![None, Some(Ok(())), Some(Err(Error::new("no")))],
        times: (Duration::MAX, UNIX_EPOCH - Duration::new(1, 1)),
        path,
        within: None,
        choice: Choice::Placed(vec![1.5], vec![0, 255].into()),
    };
    let within = Everything { choice: Choice::Named { number: u64::MAX }, ..all.clone() };
    Everything { within: Some(Box::new(within)), ..all }
}

#[cfg(unix)]
fn odd_path() -> PathBuf {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt};
    OsString::from_vec(vec![b'a', 0xFF, b'/', 0x80]).into()
}

#[cfg(not(unix))]
fn odd_path() -> PathBuf {
    PathBuf::from("a")
}

#[test]
fn every_type_comes_back_as_it_went() {
    let Loaded { echo, manager: _manager } = loaded(0);
    assert_eq!(echo.everything(everything()), everything());
    let nothing = Everything { choice: Choice::Nothing, within: None, ..everything() };
    assert_eq!(echo.everything(nothing.clone()), nothing);
}

#[test]
fn a_gigabyte_comes_back_in_the_memory_that_it_went_in() {
    let Loaded { echo, manager: _manager } = loaded(0);
    // Pages that nobody writes to take no memory.
    let bytes = vec![0_u8; 1 << 30];
    let place = bytes.as_ptr();
    assert_eq!(echo.place(&bytes), (place.addr(), 1 << 30));
    let back = echo.bytes(bytes.into());
    assert_eq!((back.as_ptr(), back.len()), (place, 1 << 30));
    let back = back.into_vec();
    assert_eq!(back.as_ptr(), place);
}

#[test]
fn what_the_plugin_lends_is_its_own_and_what_it_gives_is_freed_by_it() {
    let Loaded { echo, manager: _manager } = loaded(1 << 20);
    let lent = echo.lent();
    assert_eq!((lent, lent.as_ptr()), (&vec![7; 1 << 20][..], echo.lent().as_ptr()));
    for _ in 0..100 {
        let given: Bytes = echo.copied();
        assert_eq!(&*given, lent);
    }
    assert_eq!(echo.list(echo.copied_list()), lent);
    assert_eq!(echo.copied_numbers(), echo.lent_numbers());
    assert_eq!(echo.texts(), echo.lent_texts());
    #[cfg(unix)]
    {
        let path = odd_path();
        assert_eq!(echo.place_of_path(&path), path.as_os_str().as_encoded_bytes().as_ptr().addr());
    }
}

#[test]
fn a_panic_of_the_host_in_a_callback_is_an_error_of_the_hookimpl() {
    let Loaded { manager, .. } = loaded(0);
    let ask = manager.declare(AskNumber).unwrap();
    let error = ask.call(&Given::new(Faulty(0))).unwrap_err();
    assert_eq!((&*error.plugin, error.kind), ("values", FailureKind::Panicked));
    assert!(error.message.starts_with("the host panicked"), "{error}");
}

#[test]
fn a_panic_of_the_plugin_in_a_view_takes_no_host_down() {
    let Loaded { echo, manager: _manager } = loaded(0);
    assert_eq!(echo.panics(), 0);
    let error = echo.fails().unwrap_err();
    assert!(error.panicked() && error.to_string().starts_with("the plugin panicked at "), "{error}");
}
