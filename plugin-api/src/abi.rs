//! Everything that crosses between a host and a plugin, and the only place that names `abi_stable`.
//!
//! The boundary is small on purpose, and frozen: a value ([`Value`]), an object that answers
//! numbered methods ([`Object`]), a hookimpl ([`HookImpl`]) and the root that a library exports
//! ([`PluginRoot`]). Interfaces are built *on* it by the [`views!`](crate::views) and
//! [`hookspecs!`](crate::hookspecs) macros, so an interface that grows or errs can be refused or
//! answered with "absent", but can never make either side read memory wrongly: each value says what
//! it is.
//!
//! Not for use by hand. It is public because the macros expand to it.
// What `#[sabi_trait]` and `derive(StableAbi)` write is not ours to change, and these types are
// read by macros only.
#![allow(missing_docs, non_local_definitions, unused_qualifications, clippy::pedantic)]

use std::{
    any::Any,
    cell::{Cell, RefCell},
    mem::{self, ManuallyDrop},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use abi_stable::{StableAbi, library::RootModule, package_version_strings, sabi_trait, sabi_types::VersionStrings};

pub use abi_stable::{
    self,
    sabi_trait::TD_Opaque,
    std_types::{RArc, RBox, RErr, ROk, RResult, RSlice, RStr, RString, RVec},
};

/// Number of the boundary. A library with another number is refused before it is loaded.
///
/// It changes only when a type in this module changes, which hooks that grow never do.
pub const ABI_VERSION: u32 = 2;

/// What passes through the boundary. A borrowed value lives as long as the object that returned it.
#[repr(C)]
#[derive(StableAbi, Clone)]
pub enum Value<'a> {
    /// The other side does not know this method.
    Absent,
    None,
    Bool(bool),
    Int(i64),
    /// Whole and beyond what `Int` holds.
    Unsigned(u64),
    Float(f64),
    Str(RStr<'a>),
    String(RString),
    /// Numbers in one piece, borrowed; bytes are the `u8` ones.
    Slice(Slice<'a>),
    /// Numbers in one piece, in an allocation of the side that made them.
    Numbers(Numbers),
    List(List<'a>),
    Object(Object),
    /// The object of an answer that is not there yet.
    Future(Object),
    /// Boxed, so that it makes no other value larger.
    Failure(RBox<Failure>),
}

/// Numbers of one type, borrowed.
#[repr(C)]
#[derive(StableAbi, Clone, Copy)]
pub enum Slice<'a> {
    I8(RSlice<'a, i8>),
    I16(RSlice<'a, i16>),
    I32(RSlice<'a, i32>),
    I64(RSlice<'a, i64>),
    U8(RSlice<'a, u8>),
    U16(RSlice<'a, u16>),
    U32(RSlice<'a, u32>),
    U64(RSlice<'a, u64>),
    F32(RSlice<'a, f32>),
    F64(RSlice<'a, f64>),
}

/// Numbers of one type, owned.
#[repr(C)]
#[derive(StableAbi, Clone)]
pub enum Numbers {
    I8(RVec<i8>),
    I16(RVec<i16>),
    I32(RVec<i32>),
    I64(RVec<i64>),
    U8(RVec<u8>),
    U16(RVec<u16>),
    U32(RVec<u32>),
    U64(RVec<u64>),
    F32(RVec<f32>),
    F64(RVec<f64>),
}

/// Values in a row, which may be lists in turn.
///
/// A list is cloned and dropped without recursion: how deep it is nested is the other side's choice.
#[repr(transparent)]
#[derive(StableAbi)]
pub struct List<'a>(RVec<Value<'a>>);

impl Clone for List<'_> {
    fn clone(&self) -> Self {
        let level = |list: &Self| Vec::with_capacity(list.len());
        // A list, what is left of it, and its clone so far; the innermost is last.
        let (mut outer, mut values, mut done) = (Vec::new(), self.iter(), level(self));
        loop {
            match values.next() {
                Some(Value::List(inner)) => {
                    outer.push((mem::replace(&mut values, inner.iter()), mem::replace(&mut done, level(inner))));
                }
                Some(value) => done.push(value.clone()),
                None => {
                    let list = Self::from(mem::take(&mut done));
                    let Some(next) = outer.pop() else { return list };
                    (values, done) = next;
                    done.push(Value::List(list));
                }
            }
        }
    }
}

impl<'a> List<'a> {
    pub fn into_vec(mut self) -> Vec<Value<'a>> {
        mem::take(&mut self.0).into_vec()
    }
}

impl<'a> From<Vec<Value<'a>>> for List<'a> {
    fn from(values: Vec<Value<'a>>) -> Self {
        Self(values.into())
    }
}

impl<'a> FromIterator<Value<'a>> for List<'a> {
    fn from_iter<I: IntoIterator<Item = Value<'a>>>(values: I) -> Self {
        Vec::from_iter(values).into()
    }
}

impl<'a> IntoIterator for List<'a> {
    type Item = Value<'a>;
    type IntoIter = std::vec::IntoIter<Value<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a> std::ops::Deref for List<'a> {
    type Target = [Value<'a>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for List<'_> {
    fn drop(&mut self) {
        let mut inner = take_lists(&mut self.0);
        while let Some(mut list) = inner.pop() {
            inner.append(&mut take_lists(&mut list));
        }
    }
}

/// The lists directly in `values`, each replaced by nothing.
fn take_lists<'a>(values: &mut RVec<Value<'a>>) -> Vec<RVec<Value<'a>>> {
    let lists = values.iter_mut().filter_map(|value| match value {
        Value::List(list) if !list.0.is_empty() => Some(mem::take(&mut list.0)),
        _ => None,
    });
    lists.collect()
}

/// A failure on the other side of the boundary.
#[repr(C)]
#[derive(StableAbi, Clone, Debug, Default)]
pub struct Failure {
    pub message: RString,
    /// Whether it was a panic, as opposed to an error returned.
    pub panicked: bool,
    /// What programs tell failures apart by; empty where nobody said.
    pub code: RString,
    /// What led to it, the nearest first.
    pub causes: RVec<RString>,
}

impl From<Failure> for Value<'_> {
    fn from(failure: Failure) -> Self {
        Self::Failure(RBox::new(failure))
    }
}

/// Answers numbered methods; what a view stands on.
#[sabi_trait]
pub trait Answer: Send + Sync + 'static {
    #[sabi(last_prefix_field)]
    fn answer<'a>(&'a self, method: u32, args: RVec<Value<'_>>) -> Value<'a>;
}

/// A shared object on either side of the boundary.
#[repr(transparent)]
#[derive(StableAbi)]
pub struct Object(Answer_TO<RArc<()>>);

impl Clone for Object {
    fn clone(&self) -> Self {
        Self(Answer_TO::from_sabi(self.0.obj.shallow_clone()))
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Object")
    }
}

impl Object {
    /// Calls method `method`; [`Value::Absent`] when the other side has no such method.
    #[inline]
    pub fn call<'a>(&'a self, method: u32, args: RVec<Value<'_>>) -> Value<'a> {
        self.0.answer(method, args)
    }

    /// Whether the other side has method `method`, for a caller whose fallback needs what the call
    /// would take away.
    #[inline]
    pub fn has(&self, method: u32) -> bool {
        !matches!(self.0.answer(ASK | method, RVec::new()), Value::Absent)
    }

    /// Puts `source` behind the boundary. A panic in it becomes a [`Value::Failure`].
    pub fn new<S: Dispatch>(source: S) -> Self {
        Self(Answer_TO::from_ptr(RArc::new(Guarded::new(source)), TD_Opaque))
    }

    /// An object without methods: every accessor yields its fallback.
    pub fn empty() -> Self {
        struct Empty;
        impl Dispatch for Empty {
            fn dispatch<'a>(&'a self, _: u32, _: RVec<Value<'_>>) -> Value<'a> {
                Value::Absent
            }
        }
        Self::new(Empty)
    }
}

/// Set in a method's number, asks whether there is such a method: answered with anything but
/// [`Value::Absent`] if there is.
pub const ASK: u32 = 1 << 31;

/// What [`views!`](crate::views) writes for the side that has the data.
pub trait Dispatch: Send + Sync + 'static {
    fn dispatch<'a>(&'a self, method: u32, args: RVec<Value<'_>>) -> Value<'a>;
}

impl<S: Dispatch> Answer for Guarded<S> {
    fn answer<'a>(&'a self, method: u32, args: RVec<Value<'_>>) -> Value<'a> {
        match guard(|| self.0.dispatch(method, args)) {
            Ok(value) => value,
            Err(failure) => failure.into(),
        }
    }
}

/// The callable part of a hookimpl.
#[sabi_trait]
pub trait Function: Send + Sync + 'static {
    fn call(&self, args: &Object) -> RResult<Value<'static>, RBox<Failure>>;
    #[sabi(last_prefix_field)]
    fn wrap(&self, args: &Object, next: &Next<'_>) -> RResult<Value<'static>, RBox<Failure>>;
}

/// What a wrapper surrounds: the rest of the call.
#[sabi_trait]
pub trait Rest {
    #[sabi(last_prefix_field)]
    fn run(&self) -> RResult<Value<'static>, RBox<Failure>>;
}

/// A borrowed [`Rest`].
pub type Next<'a> = Rest_TO<'a, abi_stable::sabi_types::RRef<'a, ()>>;

/// One hookimpl as it crosses the boundary.
#[repr(C)]
#[derive(StableAbi)]
pub struct HookImpl {
    pub hook: RString,
    pub signature: Signature,
    pub options: RVec<HookOption>,
    pub function: Function_TO<RArc<()>>,
}

/// An option of a hookimpl. An option that the host does not know is ignored.
#[repr(C)]
#[derive(StableAbi, Clone, Debug, PartialEq, Eq)]
pub struct HookOption {
    pub name: RString,
    pub value: RString,
}

/// The types that a hookimpl was compiled against.
#[repr(C)]
#[derive(StableAbi, Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Name and version of the crate that declares the hook; empty where it does not say.
    pub interface: RString,
    pub args: RString,
    pub output: RString,
    pub first_result: bool,
    pub types: RVec<TypeSignature>,
}

/// A type of an interface: a view, or a struct or an enum that crosses by value.
#[repr(C)]
#[derive(StableAbi, Clone, Debug, PartialEq, Eq)]
pub struct TypeSignature {
    pub name: RString,
    /// `view`, `struct` or `enum`: a text, so that there may be more kinds one day.
    pub kind: RString,
    /// A view's methods, a struct's fields or an enum's variants, in the order of their numbers.
    pub members: RVec<MemberSignature>,
}

/// One method, field or variant.
#[repr(C)]
#[derive(StableAbi, Clone, Debug, PartialEq, Eq)]
pub struct MemberSignature {
    pub name: RString,
    /// For example `(str) -> option<str>`, or `list<string>`.
    pub types: RString,
    /// Whether the other side can do without, because it declares a fallback.
    pub optional: bool,
}

/// What a plugin library exports; frozen.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PluginRootRef)))]
#[sabi(missing_field(panic))]
pub struct PluginRoot {
    /// Makes the plugin and gives its hookimpls, which keep it alive.
    #[sabi(last_prefix_field)]
    pub create: extern "C" fn(host: Object) -> RResult<RVec<HookImpl>, Failure>,
}

impl PluginRoot {
    pub fn leak_into_prefix_root(self) -> PluginRootRef {
        abi_stable::prefix_type::PrefixTypeTrait::leak_into_prefix(self)
    }
}

/// Symbol that a plugin library exports; fixed by `abi_stable` 0.11.
pub const ROOT_SYMBOL: &str = abi_stable::library::ROOT_MODULE_LOADER_NAME;

/// Size of what that symbol stands for, in bytes.
pub const ROOT_SIZE: u64 = size_of::<abi_stable::library::LibHeader>() as u64;

/// Exports the root module that `$root` makes, as `#[export_root_module]` would, which names its
/// own crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_root {
    ($root:ident) => {
        #[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
        static ROOT: $crate::abi::abi_stable::library::LibHeader = {
            extern "C" fn erased() -> $crate::abi::abi_stable::library::RootModuleResult {
                let root: fn() -> $crate::abi::PluginRootRef = $root;
                $crate::abi::abi_stable::library::__call_root_module_loader(root)
            }
            // SAFETY: `erased` gives a root of the type named here.
            unsafe {
                $crate::abi::abi_stable::library::LibHeader::from_constructor::<$crate::abi::PluginRootRef>(
                    erased,
                    $crate::abi::abi_stable::library::CheckTypeLayout::Yes,
                )
            }
        };
    };
}

impl RootModule for PluginRootRef {
    abi_stable::declare_root_module_statics! {PluginRootRef}
    const BASE_NAME: &'static str = "plugin";
    const NAME: &'static str = "plugin";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

/// Runs `body`, turning a panic into a [`Failure`]. Nothing unwinds out of it.
#[inline]
pub fn guard<T>(body: impl FnOnce() -> T) -> Result<T, Failure> {
    GUARDS.set(GUARDS.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(body));
    GUARDS.set(GUARDS.get() - 1);
    result.map_err(failure_of_panic)
}

/// Whether [`raise`] ends no more than the code under a [`guard`].
pub fn can_raise() -> bool {
    cfg!(panic = "unwind") && GUARDS.try_with(Cell::get).unwrap_or(0) > 0
}

/// Ends what runs under this thread's innermost [`guard`], which gives `failure` as it is.
///
/// It unwinds as a panic does, but no panic hook hears of it.
#[cold]
pub fn raise(failure: Failure) -> ! {
    resume_unwind(Box::new(Raised(failure)))
}

/// What [`raise`] unwinds with.
struct Raised(Failure);

#[cold]
fn failure_of_panic(payload: Box<dyn Any + Send>) -> Failure {
    let payload = match payload.downcast::<Raised>() {
        Ok(raised) => return raised.0,
        Err(payload) => payload,
    };
    // Absent in destructors of thread-locals that run late.
    let place = PANIC_PLACE.try_with(RefCell::take).ok().flatten();
    let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
    Failure { message: format!("{}{place}", panic_message(payload)).into(), panicked: true, ..Failure::default() }
}

fn panic_message(payload: Box<dyn Any + Send>) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    if let Some(text) = payload.downcast_ref::<String>() {
        return text.clone();
    }
    // Dropping a payload of a plugin's own type runs its code, which may panic again.
    std::mem::forget(payload);
    "a panic whose payload is not text".to_owned()
}

thread_local! {
    /// How many [`guard`]s this thread is in.
    static GUARDS: Cell<usize> = const { Cell::new(0) };
    /// Where the last panic under a guard happened.
    static PANIC_PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes panics under [`guard`] silent in this library: the host reports them, once, with the
/// plugin's name.
///
/// Each shared library has a standard library, and so a panic hook, of its own; the host's is left
/// alone.
pub fn quiet_guarded_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(install_quiet_hook);
}

fn install_quiet_hook() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if GUARDS.try_with(Cell::get).unwrap_or(0) == 0 {
            return default(info);
        }
        // Without it the failure lacks its place, no more.
        let _ = PANIC_PLACE.try_with(|place| place.replace(info.location().map(ToString::to_string)));
    }));
}

/// Holds what a plugin wrote, so that a panic in its `Drop` stays inside.
pub struct Guarded<T>(pub ManuallyDrop<T>);

impl<T> Guarded<T> {
    pub fn new(inner: T) -> Self {
        Self(ManuallyDrop::new(inner))
    }
}

impl<T> Drop for Guarded<T> {
    fn drop(&mut self) {
        // SAFETY: the field is dropped here only, and not used after: `self` is going away.
        let _ = guard(|| unsafe { ManuallyDrop::drop(&mut self.0) });
    }
}
