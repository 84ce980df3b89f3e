//! Every plain type arrives as it was sent.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque},
    ffi::{OsStr, OsString},
    fmt::Debug,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::{NonZero, Saturating, Wrapping},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::{Duration, SystemTime},
};

use hookspec::{
    Buffer, Bytes, Error, Wire,
    abi::{Numbers, Slice, Value},
};

use crate::crossed;

/// What a view may return.
type Result<T> = std::result::Result<T, Error>;

fn same<T: Wire<'static> + Clone + PartialEq + Debug>(values: impl IntoIterator<Item = T>) {
    for value in values {
        assert_eq!(crossed(value.clone()), value);
        assert_eq!(crossed(vec![value.clone(), value.clone()]), [value.clone(), value.clone()]);
        assert_eq!(crossed(Some(value.clone())), Some(value.clone()));
        assert_eq!(crossed(Some(Some(value.clone()))), Some(Some(value.clone())));
        assert_eq!(crossed(Some(None::<T>)), Some(None));
        assert_eq!(crossed(Box::new(value.clone())), Box::new(value.clone()));
        assert_eq!(crossed((value.clone(),)), (value.clone(),));
        assert_eq!(crossed([value.clone(), value.clone()]), [value.clone(), value.clone()]);
        assert_eq!(crossed(Ok::<T, Error>(value.clone())), Ok(value.clone()));
    }
}

#[test]
fn every_integer_arrives() {
    same([i8::MIN, 0, i8::MAX]);
    same([i16::MIN, 0, i16::MAX]);
    same([i32::MIN, 0, i32::MAX]);
    same([i64::MIN, 0, i64::MAX]);
    same([i128::MIN, i128::from(i64::MIN) - 1, -1, 0, i128::from(u64::MAX), i128::MAX]);
    same([isize::MIN, 0, isize::MAX]);
    same([u8::MIN, u8::MAX]);
    same([u16::MIN, u16::MAX]);
    same([u32::MIN, u32::MAX]);
    same([u64::MIN, u64::MAX - 5, u64::MAX]);
    same([u128::MIN, u128::from(u64::MAX) + 1, u128::MAX]);
    same([usize::MIN, usize::MAX]);
}

#[test]
fn every_integer_that_is_not_zero_arrives() {
    macro_rules! not_zero {
        ($($int:ident)*) => {$(
            same([$int::MIN, 1, $int::MAX].into_iter().filter_map(NonZero::new));
            assert_eq!(NonZero::<$int>::missing(Error::new("gone")).get(), 1);
        )*};
    }
    not_zero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
    same([Wrapping(u64::MAX), Wrapping(0)]);
    same([Saturating(i8::MIN)]);
}

#[test]
fn every_float_arrives_bit_by_bit() {
    for value in [0.0, -0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        assert_eq!(crossed(value).to_bits(), value.to_bits());
        assert_eq!(crossed(vec![value])[0].to_bits(), value.to_bits());
    }
    for value in [0.0, -0.0, f32::MIN_POSITIVE, 1e-45, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        assert_eq!(crossed(value).to_bits(), value.to_bits());
        assert_eq!(crossed(vec![value])[0].to_bits(), value.to_bits());
    }
}

#[test]
fn characters_and_text_arrive() {
    same(['a', '\0', '\u{D7FF}', '\u{E000}', char::MAX]);
    same(["", "Käse", "a\0b"].map(str::to_owned));
    same(["", "Käse"].map(Arc::<str>::from));
    same(["", "Käse"].map(Cow::<str>::Borrowed));
    same([Cow::<str>::Owned("Käse".to_owned())]);
    same([true, false]);
    same([()]);
}

#[test]
fn borrowed_text_and_numbers_arrive_without_a_copy() {
    let text = "Sachertorte".to_owned();
    let read = <&str>::from_value(text.as_str().into_value()).unwrap();
    assert_eq!(read.as_ptr(), text.as_ptr());
    let numbers = vec![1.5, 2.5];
    let read = <&[f64]>::from_value(numbers.as_slice().into_value()).unwrap();
    assert_eq!((read, read.as_ptr()), (numbers.as_slice(), numbers.as_ptr()));
    let Cow::Borrowed(read) = Cow::<[f64]>::from_value(numbers.as_slice().into_value()).unwrap() else {
        panic!("it was copied");
    };
    assert_eq!(read.as_ptr(), numbers.as_ptr());
}

#[test]
fn owned_bytes_arrive_without_a_copy() {
    let bytes = vec![7_u8; 1 << 20];
    let place = bytes.as_ptr();
    let value = Bytes::from(bytes).into_value();
    assert!(matches!(value, Value::Numbers(Numbers::U8(_))));
    let read = Bytes::from_value(value).unwrap();
    assert_eq!((read.len(), read.as_ptr()), (1 << 20, place));
    let read = read.into_vec();
    assert_eq!(read.as_ptr(), place);
}

#[test]
fn a_reader_of_numbers_takes_them_however_they_come() {
    let numbers: [u16; 3] = [1, 2, 300];
    let one_by_one = || Value::List(numbers.iter().map(|number| number.into_value()).collect());
    let borrowed = || Value::Slice(Slice::U16(numbers.as_slice().into()));
    let owned = || Value::Numbers(Numbers::U16(numbers.to_vec().into()));
    for value in [one_by_one(), borrowed(), owned()] {
        assert_eq!(Vec::<u16>::from_value(value).unwrap(), numbers);
    }
    for value in [one_by_one(), borrowed(), owned()] {
        assert_eq!(*Buffer::<u16>::from_value(value).unwrap(), numbers);
    }
    for value in [one_by_one(), borrowed(), owned()] {
        assert_eq!(*Cow::<[u16]>::from_value(value).unwrap(), numbers);
    }
    for value in [one_by_one(), borrowed(), owned()] {
        assert_eq!(<[u16; 3]>::from_value(value).unwrap(), numbers);
    }
}

#[test]
fn maps_sets_and_tuples_arrive() {
    let pairs = [("salt".to_owned(), Some(7)), ("flour".to_owned(), None)];
    same([BTreeMap::from(pairs.clone())]);
    same([HashMap::<String, Option<u8>>::from(pairs)]);
    same([BTreeSet::from([3_u64, 1, 2])]);
    same([HashSet::<char>::from(['a', 'b'])]);
    same([(
        1_u8,
        -2_i64,
        "three".to_owned(),
        '4',
        true,
        (),
        Some(7_u32),
        vec![8_u8],
        9.5,
        [10_u16],
        (11_u128,),
        Some(12_i8),
    )]);
}

#[test]
fn maps_of_any_plain_key_arrive() {
    same([BTreeMap::from([(u64::MAX, 'a'), (0, 'b')])]);
    same([BTreeMap::from([('a', 1_u8)])]);
    same([BTreeMap::from([(false, None), (true, Some(()))])]);
    same([HashMap::<(i128, Option<String>), f64>::from([((i128::MIN, None), 0.1)])]);
    same([HashMap::<Vec<u8>, BTreeMap<[u8; 2], u8>>::from([(vec![1], BTreeMap::from([([1, 2], 3)]))])]);
    same([HashMap::<PathBuf, Duration>::from([(PathBuf::from("a"), Duration::MAX)])]);
}

#[test]
fn every_other_list_arrives() {
    same([VecDeque::from([1_u8, 2]), VecDeque::new()]);
    let mut turned = VecDeque::from(["b".to_owned(), "c".to_owned()]);
    turned.push_front("a".to_owned());
    same([turned]);
    same([LinkedList::from([Some(1), None])]);
    assert_eq!(crossed(BinaryHeap::from([1_i64, 3, 2])).into_sorted_vec(), [1, 2, 3]);
}

#[test]
fn what_points_to_a_value_crosses_as_that() {
    same([Rc::new(7_u8)]);
    same([Arc::new(Some("tea".to_owned()))]);
    same(["", "Käse"].map(Rc::<str>::from));
    same(["", "Käse"].map(Box::<str>::from));
    same([Box::<[u8]>::from([1, 2]), Box::default()]);
    same([Rc::<[String]>::from(["tea".to_owned()])]);
    same([Arc::<[f64]>::from([0.5])]);
    same([Box::<Path>::from(Path::new("a/b"))]);
    same([Arc::<Path>::from(Path::new("a/b"))]);
    same([Rc::<OsStr>::from(OsStr::new("a"))]);
    same([Cow::<u64>::Owned(7), Cow::Borrowed(&8)]);
    same([Cow::<Path>::Borrowed(Path::new("a")), Cow::Owned(PathBuf::from("b"))]);
    same([Cow::<OsStr>::Borrowed(OsStr::new("a"))]);
    let all: [Option<Arc<Option<u8>>>; 3] = [None, Some(Arc::new(None)), Some(Arc::new(Some(1)))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
}

#[test]
fn addresses_arrive_whole() {
    let (v4, v6) = (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST);
    same([v4]);
    same([v6]);
    same([IpAddr::V4(v4), IpAddr::V6(v6), IpAddr::V6(v4.to_ipv6_mapped())]);
    same([SocketAddrV4::new(v4, 80)]);
    same([SocketAddr::V4(SocketAddrV4::new(v4, 80)), SocketAddr::V6(SocketAddrV6::new(v6, 80, 7, 9))]);
}

#[test]
fn options_and_results_arrive_within_one_another() {
    let error = || Error::new("no");
    let all: [Option<Result<()>>; 3] = [None, Some(Ok(())), Some(Err(error()))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
    let all: [Result<Option<()>>; 3] = [Err(error()), Ok(None), Ok(Some(()))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
    let all: [Result<Result<u8>>; 3] = [Err(error()), Ok(Err(error())), Ok(Ok(1))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
    let all: [Result<Option<Result<u8>>>; 4] = [Err(error()), Ok(None), Ok(Some(Err(error()))), Ok(Some(Ok(1)))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
    let all: [Option<Option<Option<u8>>>; 4] = [None, Some(None), Some(Some(None)), Some(Some(Some(1)))];
    for value in all {
        assert_eq!(crossed(value), value);
    }
    let all: [Option<Result<Result<()>>>; 4] = [None, Some(Err(error())), Some(Ok(Err(error()))), Some(Ok(Ok(())))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
    let all: [Result<Box<Result<()>>>; 3] = [Err(error()), Ok(Box::new(Err(error()))), Ok(Box::new(Ok(())))];
    for value in all {
        assert_eq!(crossed(value.clone()), value);
    }
}

#[test]
fn times_arrive_to_the_nanosecond() {
    same([Duration::ZERO, Duration::new(1, 999_999_999), Duration::MAX]);
    let moments = [Duration::ZERO, Duration::new(5, 7), Duration::from_secs(4_000_000_000)];
    same(moments.map(|since| SystemTime::UNIX_EPOCH + since));
    same(moments.map(|until| SystemTime::UNIX_EPOCH - until));
}

#[test]
fn paths_arrive_be_they_unicode_or_not() {
    same(["", "a/Käse.txt"].map(PathBuf::from));
    same(["", "Käse"].map(OsString::from));
    assert_eq!(<&Path>::from_value(Path::new("a/b").into_value()).unwrap(), Path::new("a/b"));
    assert_eq!(<&OsStr>::from_value(OsStr::new("a").into_value()).unwrap(), OsStr::new("a"));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;

        let odd = OsString::from_vec(vec![b'a', 0xFF, b'/', 0x80]);
        same([odd.clone()]);
        same([PathBuf::from(odd.clone())]);
        assert_eq!(<&Path>::from_value(Path::new(&odd).into_value()).unwrap(), Path::new(&odd));
        assert_eq!(<&OsStr>::from_value(odd.as_os_str().into_value()).unwrap(), odd);
        assert_eq!(PathBuf::from_value(Path::new(&odd).into_value()).unwrap(), Path::new(&odd));
    }
    #[cfg(windows)]
    {
        use std::os::windows::ffi::OsStringExt;

        let odd = OsString::from_wide(&[97, 0xD800, 98]);
        same([odd.clone()]);
        same([PathBuf::from(odd.clone())]);
        assert_eq!(PathBuf::from_value(Path::new(&odd).into_value()).unwrap(), Path::new(&odd));
    }
}
