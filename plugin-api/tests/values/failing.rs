//! What a caller gets of a method that fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hookspec::{
    Error, View,
    abi::{Dispatch, Object, RVec, Value, guard},
};

hookspec::views! {
    /// May fail.
    pub view Oven of OvenSource {
        /// A number.
        fn heat(&self) -> u32;
        /// A number, or why not.
        fn checked(&self) -> Result<u32, Error>;
        /// Takes one.
        fn set(&self, heat: u8) -> u8;
    }

    /// Calls an oven.
    pub view Baker of BakerSource {
        /// What it says.
        fn look(&self, oven: Oven) -> Result<u32, Error>;
    }
}

struct Broken;

impl OvenSource for Broken {
    fn heat(&self) -> u32 {
        panic!("the fuse has blown")
    }
    fn checked(&self) -> Result<u32, Error> {
        Ok(self.heat())
    }
    fn set(&self, heat: u8) -> u8 {
        heat
    }
}

/// Answers everything with what no method gives.
struct Liar;

impl Dispatch for Liar {
    fn dispatch<'a>(&'a self, _: u32, _: RVec<Value<'_>>) -> Value<'a> {
        Value::Bool(true)
    }
}

struct Curious;

impl BakerSource for Curious {
    fn look(&self, oven: Oven) -> Result<u32, Error> {
        Ok(oven.heat())
    }
}

#[test]
fn within_a_hookimpl_or_method_the_failure_goes_on() {
    let failure = guard(|| Oven::new(Broken).heat()).expect_err("it fails");
    assert!(failure.message.starts_with("the fuse has blown"), "{}", failure.message);
    assert!(failure.panicked);
    let failure = guard(|| Oven::from_object(Object::new(Liar)).heat()).expect_err("it fails");
    assert_eq!((&*failure.message, failure.panicked), ("expected u32, got a bool", false));
    let error = Baker::new(Curious).look(Oven::new(Broken)).expect_err("it fails");
    assert!(error.to_string().starts_with("the fuse has blown"), "{error}");
    assert!(error.panicked());
}

#[test]
fn outside_it_is_the_empty_value_so_that_no_plugin_takes_its_host_down() {
    let all = catch_unwind(AssertUnwindSafe(|| {
        let (broken, liar) = (Oven::new(Broken), Oven::from_object(Object::new(Liar)));
        (broken.heat(), liar.heat(), broken.checked().is_err(), liar.checked().is_err())
    }));
    assert_eq!(all.expect("nothing unwinds"), (0, 0, true, true));
}

#[test]
fn a_method_that_the_other_side_lacks_is_the_empty_value_everywhere() {
    let nobody = Oven::from_object(Object::empty());
    assert_eq!(nobody.heat(), 0);
    assert_eq!(guard(|| nobody.heat()).expect("it goes on"), 0);
    assert!(nobody.checked().is_err());
}

#[test]
fn an_argument_of_another_type_fails_the_call() {
    let oven = Oven::new(Broken);
    let answer = oven.as_object().call(2, vec![Value::Int(300)].into());
    let Value::Failure(failure) = answer else { panic!("the call fails") };
    assert_eq!(&*failure.message, "expected u8, got 300");
}
