//! What a plugin author writes: a [`Plugin`], its hookimpls, and
//! [`export_plugin!`](crate::export_plugin).

use std::{borrow::Borrow, io::Write, marker::PhantomData, sync::Arc};

use crate::{
    abi::{self, Failure, Function, Guarded, HookImpl, Object, RArc, RBox, RErr, ROk, RResult, RVec, Value, guard},
    arguments::Arguments,
    error::Error,
    events::{self, Listening},
    failed::{Failed, Result},
    future,
    host::Host,
    kinds::{AsyncHook, WrappableHook},
    options::SetHookImplOptions,
    spec::{Answer, HookSpec, Results},
    view::View,
    wire::Wire,
};

/// A plugin. One value of it is made for each host process.
pub trait Plugin: Send + Sync + Sized + 'static {
    /// The hooks that it implements, by [`hooks!`](crate::hooks), where it can wait for them: a host
    /// then loads the library when one of these is first called, and not at all for a command that
    /// calls none. Left out, it is loaded at the start of every command.
    ///
    /// ```
    /// # use hookspec::{Hooks, Host, Plugin, Result, specs::{AfterCommandRun, BeforeCommandRun}};
    /// # struct Clock;
    /// impl Plugin for Clock {
    ///     const HOOKS: Option<&'static [&'static str]> = hookspec::hooks![AfterCommandRun];
    /// #   fn new(_: Host) -> Result<Self> { Ok(Self) }
    /// #   fn register(hooks: &mut Hooks<Self>) {
    /// #       hooks.on(AfterCommandRun, |_, _| Ok(()));
    /// #   }
    ///     // …
    /// }
    /// # hookspec::export_plugin!(Clock);
    /// # fn main() {}
    /// ```
    ///
    /// A hookimpl of a hook that is not in the list does not compile:
    ///
    /// ```compile_fail,E0080
    /// # use hookspec::{Hooks, Host, Plugin, Result, specs::{AfterCommandRun, BeforeCommandRun}};
    /// # struct Clock;
    /// # impl Plugin for Clock {
    /// #   const HOOKS: Option<&'static [&'static str]> = hookspec::hooks![AfterCommandRun];
    /// #   fn new(_: Host) -> Result<Self> { Ok(Self) }
    /// fn register(hooks: &mut Hooks<Self>) {
    ///     hooks.on(BeforeCommandRun, |_, _| Ok(()));
    /// }
    /// # }
    /// # hookspec::export_plugin!(Clock);
    /// # fn main() {}
    /// ```
    const HOOKS: Option<&'static [&'static str]> = None;

    /// The names of the commands that it adds, where [`HOOKS`](Self::HOOKS) lists
    /// [`PluginCommands`](crate::command::PluginCommands): it is then loaded when one of these is
    /// typed, or when all commands are shown. Left out, it is loaded for any command that is not the
    /// program's own.
    const COMMANDS: &'static [&'static str] = &[];

    /// Makes the plugin; `host` may be kept.
    ///
    /// # Errors
    /// With an error the plugin is not registered; the host shows the line and goes on.
    fn new(host: Host) -> Result<Self>;

    /// Names the hookimpls.
    fn register(hooks: &mut Hooks<Self>);
}

/// Collects the hookimpls of a plugin.
pub struct Hooks<P> {
    plugin: Guarded<Arc<P>>,
    hookimpls: RVec<HookImpl>,
}

impl<P: Plugin> Hooks<P> {
    /// Implements `hook` by `function`. One plugin may implement a hook several times.
    ///
    /// What `function` gets and answers is what the hook says; anything else does not compile:
    ///
    /// ```compile_fail,E0308
    /// # use hookspec::{Hooks, Plugin, specs::BeforeCommandRun};
    /// fn register<P: Plugin>(hooks: &mut Hooks<P>) {
    ///     hooks.on(BeforeCommandRun, |_, _| Ok(7));
    /// }
    /// ```
    ///
    /// ```compile_fail,E0631
    /// # use hookspec::{Hooks, Host, Plugin, specs::BeforeCommandRun};
    /// fn register<P: Plugin>(hooks: &mut Hooks<P>) {
    ///     hooks.on(BeforeCommandRun, |_: &P, _: &Host| Ok(()));
    /// }
    /// ```
    pub fn on<H, F>(&mut self, hook: H, function: F) -> SetHookImplOptions<'_>
    where
        H: HookSpec,
        F: Fn(&P, &H::Args) -> Result<Answer<H>> + Send + Sync + 'static,
    {
        let _ = hook;
        let plugin = Arc::clone(&self.plugin.0);
        self.add::<H>(Call(Guarded::new(move |args: &Object| {
            function(&plugin, H::receive(args)?.borrow()).map(Wire::into_value)
        })))
    }

    /// Implements an async hook by `function`, which gives a future. It gets the plugin and the
    /// arguments to keep, so an `async fn` of the plugin will do:
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use hookspec::{Hooks, Host, Plugin, Result};
    /// hookspec::hookspecs! {
    ///     /// A picture of the cake.
    ///     pub hook Picture = "picture" fn(cake: String) -> String, async;
    /// }
    ///
    /// struct Painter;
    ///
    /// impl Plugin for Painter {
    ///     fn new(_: Host) -> Result<Self> { Ok(Self) }
    ///
    ///     fn register(hooks: &mut Hooks<Self>) {
    ///         hooks.on_async(Picture, Self::paint);
    ///         hooks.on_async(Picture, |_, (cake,)| async move { Ok(format!("a sketch of {cake}")) });
    ///     }
    /// }
    ///
    /// impl Painter {
    ///     async fn paint(self: Arc<Self>, (cake,): (String,)) -> Result<String> {
    ///         // Whatever is to be awaited.
    ///         Ok(format!("a painting of {cake}"))
    ///     }
    /// }
    /// # hookspec::export_plugin!(Painter);
    /// # fn main() {}
    /// ```
    ///
    /// The future is polled at once, and where it is ready by then the answer crosses as that of any
    /// other hook. Otherwise the host polls it in its own executor, from any thread: what it awaits
    /// must not ask for an executor of a certain kind. It is dropped when the host loses interest. A
    /// hookimpl that never waits may as well be made by [`on`](Self::on).
    ///
    /// A hook that is not async does not compile here:
    ///
    /// ```compile_fail,E0277
    /// # use hookspec::{Hooks, Plugin, specs::BeforeCommandRun};
    /// fn register<P: Plugin>(hooks: &mut Hooks<P>) {
    ///     hooks.on_async(BeforeCommandRun, |_, _| async { Ok(()) });
    /// }
    /// ```
    pub fn on_async<H, F, A>(&mut self, hook: H, function: F) -> SetHookImplOptions<'_>
    where
        H: AsyncHook,
        F: Fn(Arc<P>, H::Args) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer<H>>> + Send + 'static,
    {
        let _ = hook;
        let plugin = Arc::clone(&self.plugin.0);
        self.add::<H>(Call(Guarded::new(move |args: &Object| {
            future::begin(function(Arc::clone(&plugin), H::Args::keep(H::receive(args)?)))
        })))
    }

    /// Surrounds `hook`: `function` decides when the rest of the call runs, and sees and may
    /// replace its results or error.
    ///
    /// ```
    /// # use hookspec::{Plugin, Hooks, Host, Result, Rest, specs::{AfterCommandRun, CommandRun}};
    /// # struct Timer;
    /// # impl Plugin for Timer {
    /// #   fn new(_: Host) -> Result<Self> { Ok(Timer) }
    /// fn register(hooks: &mut Hooks<Self>) {
    ///     hooks.wrap(AfterCommandRun, |_, _, rest: Rest<AfterCommandRun>| {
    ///         let start = std::time::Instant::now();
    ///         let results = rest.run();
    ///         eprintln!("the other plugins took {:?}", start.elapsed());
    ///         results
    ///     });
    /// }
    /// # }
    /// ```
    ///
    /// A historic hook cannot be wrapped, since its calls have no end, nor can an async one:
    ///
    /// ```compile_fail,E0277
    /// # use hookspec::{Hooks, Host, Plugin, Result};
    /// hookspec::hookspecs! {
    ///     /// Remembered.
    ///     pub hook Configure = "configure" fn(Host), historic;
    /// }
    /// # struct Wrapper;
    /// # impl Plugin for Wrapper {
    /// #   fn new(_: Host) -> Result<Self> { Ok(Wrapper) }
    /// fn register(hooks: &mut Hooks<Self>) {
    ///     hooks.wrap(Configure, |_, _, rest| rest.run());
    /// }
    /// # }
    /// # hookspec::export_plugin!(Wrapper);
    /// # fn main() {}
    /// ```
    pub fn wrap<H, F>(&mut self, hook: H, function: F) -> SetHookImplOptions<'_>
    where
        H: WrappableHook,
        F: Fn(&P, &H::Args, Rest<'_, '_, H>) -> Result<Results<H>> + Send + Sync + 'static,
    {
        let _ = hook;
        let plugin = Arc::clone(&self.plugin.0);
        self.add::<H>(Wrap(Guarded::new(move |args: &Object, next: &abi::Next<'_>| {
            let rest = Rest { next, hook: PhantomData };
            function(&plugin, H::receive(args)?.borrow(), rest).map(Wire::into_value)
        })))
        .wrapper()
    }

    fn add<H: HookSpec>(&mut self, function: impl Function) -> SetHookImplOptions<'_> {
        // Whoever is listed as less than it is would be loaded too late, so this fails the build.
        const { assert!(is_listed(P::HOOKS, H::NAME), "a plugin implements a hook that its `HOOKS` leave out") };
        self.hookimpls.push(HookImpl {
            hook: H::NAME.into(),
            signature: H::signature(),
            options: RVec::new(),
            function: abi::Function_TO::from_ptr(RArc::new(function), abi::TD_Opaque),
        });
        let last = self.hookimpls.len() - 1;
        SetHookImplOptions::new(&mut self.hookimpls[last].options)
    }
}

const fn is_listed(hooks: Option<&[&str]>, hook: &str) -> bool {
    let Some(hooks) = hooks else { return true };
    let mut i = 0;
    while i < hooks.len() {
        if is_same(hooks[i].as_bytes(), hook.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Lists hooks by their types, for [`Plugin::HOOKS`].
#[macro_export]
macro_rules! hooks {
    ($($Hook:ty),* $(,)?) => {
        ::core::option::Option::Some(&[$(<$Hook as $crate::HookSpec>::NAME),*])
    };
}

/// The rest of a hook call, inside a wrapper.
///
/// Every wrapper runs it: one that does not is reported as a failed hookimpl, as in pluggy (1.7,
/// `_multicall`).
pub struct Rest<'a, 'b, H> {
    next: &'a abi::Next<'b>,
    hook: PhantomData<H>,
}

impl<H: HookSpec> Rest<'_, '_, H> {
    /// Calls the hookimpls inside this wrapper.
    ///
    /// # Errors
    /// The error of the hookimpl that failed, as the host's error policy has it.
    pub fn run(self) -> Result<Results<H>> {
        match self.next.run() {
            ROk(value) => Ok(Wire::from_value(value)?),
            RErr(failure) => Err(Error::from_failure(RBox::into_inner(failure)).into()),
        }
    }
}

/// A hookimpl's code behind the boundary: panics end here, those in dropping what it captured too.
struct Call<F>(Guarded<F>);

impl<F> Function for Call<F>
where
    F: Fn(&Object) -> Result<Value<'static>> + Send + Sync + 'static,
{
    fn call(&self, args: &Object) -> RResult<Value<'static>, RBox<Failure>> {
        contained(|| (self.0.0)(args))
    }

    fn wrap(&self, args: &Object, _: &abi::Next<'_>) -> RResult<Value<'static>, RBox<Failure>> {
        self.call(args)
    }
}

/// A wrapper's code behind the boundary.
struct Wrap<F>(Guarded<F>);

impl<F> Function for Wrap<F>
where
    F: Fn(&Object, &abi::Next<'_>) -> Result<Value<'static>> + Send + Sync + 'static,
{
    fn call(&self, _: &Object) -> RResult<Value<'static>, RBox<Failure>> {
        RErr(RBox::new(Error::new("called a wrapper without the rest of its call").into_failure()))
    }

    fn wrap(&self, args: &Object, next: &abi::Next<'_>) -> RResult<Value<'static>, RBox<Failure>> {
        contained(|| (self.0.0)(args, next))
    }
}

/// Runs a plugin's code; neither an error nor a panic gets past as anything but a [`Failure`].
///
/// The answer is put together last: so it is written once, where its reader wants it.
#[inline]
fn contained(code: impl FnOnce() -> Result<Value<'static>>) -> RResult<Value<'static>, RBox<Failure>> {
    match guard(code) {
        Ok(Ok(value)) => ROk(value),
        Ok(Err(error)) => failed(error.into_failure()),
        Err(failure) => failed(failure),
    }
}

#[cold]
fn failed(failure: Failure) -> RResult<Value<'static>, RBox<Failure>> {
    RErr(RBox::new(failure))
}

/// A hookimpl's code that belongs to no plugin; for hosts.
#[doc(hidden)]
pub fn function<H, F>(function: F) -> abi::Function_TO<RArc<()>>
where
    H: HookSpec,
    F: Fn(&H::Args) -> Result<Answer<H>> + Send + Sync + 'static,
{
    let call = Call(Guarded::new(move |args: &Object| function(H::receive(args)?.borrow()).map(Wire::into_value)));
    abi::Function_TO::from_ptr(RArc::new(call), abi::TD_Opaque)
}

/// The hookimpls of a plugin value; for hosts.
///
/// # Errors
/// When the plugin panics as it names them.
#[doc(hidden)]
pub fn hookimpls<P: Plugin>(plugin: P) -> Result<RVec<HookImpl>, Failure> {
    let mut hooks = Hooks { plugin: Guarded::new(Arc::new(plugin)), hookimpls: RVec::new() };
    guard(|| P::register(&mut hooks))?;
    Ok(hooks.hookimpls)
}

/// Makes the plugin of a library; what its root module's `create` runs.
#[doc(hidden)]
#[must_use]
pub fn create<P: Plugin>(host: Object) -> RResult<RVec<HookImpl>, Failure> {
    abi::quiet_guarded_panics();
    let made = guard(|| {
        let host = Host::from_object(host);
        let listening = events::listen(&host);
        let plugin = P::new(host).map_err(Failed::into_failure)?;
        Ok(with_end(hookimpls(plugin)?, listening))
    });
    made.and_then(|made| made).into()
}

/// The name under which a library takes note of its host's end. It is no hook: hosts do not show it.
#[doc(hidden)]
pub const END: &str = "hookspec:end";

/// Adds what a library does in the end: it writes out what it has printed, since its standard
/// library is its own and nobody else does. Until then the host hears what it says.
fn with_end(mut hookimpls: RVec<HookImpl>, listening: Listening) -> RVec<HookImpl> {
    let end = Call(Guarded::new(move |_: &Object| {
        let _ = &listening;
        std::io::stdout().flush()?;
        Ok(Value::None)
    }));
    hookimpls.push(HookImpl {
        hook: END.into(),
        signature: abi::Signature::default(),
        options: RVec::new(),
        function: abi::Function_TO::from_ptr(RArc::new(end), abi::TD_Opaque),
    });
    hookimpls
}

/// Exports a [`Plugin`] from a `cdylib`, under the name, version and description of its
/// `Cargo.toml`.
///
/// ```
/// # use hookspec::{Plugin, Hooks, Host, Result};
/// struct Hello;
/// impl Plugin for Hello {
///     fn new(_: Host) -> Result<Self> { Ok(Hello) }
///     fn register(_: &mut Hooks<Self>) {}
/// }
/// hookspec::export_plugin!(Hello);
/// # fn main() {}
/// ```
///
/// What is said besides, in this order, each part where there is something to say:
///
/// * `name = "hello"`: another name than the crate's;
/// * `settings = ["minutes"]`: which [settings](Host::setting) the plugin knows. One that is misspelt
///   is then worth a warning;
/// * `interfaces = [notes_hooks::INTERFACE]`: whose hooks it implements
///   ([`interface!`](crate::interface)). A host then knows it without loading the plugin.
///
/// Licence, homepage, repository and authors are those of the `Cargo.toml`, too. A name, version,
/// description, key or address that a [`Manifest`](crate::Manifest) does not hold fails the build.
#[macro_export]
macro_rules! export_plugin {
    ($Plugin:ty $(, settings = $settings:tt)? $(, interfaces = $interfaces:tt)? $(,)?) => {
        $crate::export_plugin!(
            $Plugin, name = env!("CARGO_PKG_NAME") $(, settings = $settings)? $(, interfaces = $interfaces)?
        );
    };
    ($Plugin:ty, name = $name:expr
        $(, settings = [$($key:literal),* $(,)?])? $(, interfaces = [$($interface:expr),* $(,)?])? $(,)?
    ) => {
        const _: () = {
            assert!(cfg!(panic = "unwind"), "a plugin with `panic = \"abort\"` would take its host down");

            const TEXT: $crate::manifest::Text = $crate::manifest::Text::of(&$crate::manifest::Facts {
                name: $name,
                version: env!("CARGO_PKG_VERSION"),
                description: env!("CARGO_PKG_DESCRIPTION"),
                license: env!("CARGO_PKG_LICENSE"),
                homepage: env!("CARGO_PKG_HOMEPAGE"),
                repository: env!("CARGO_PKG_REPOSITORY"),
                authors: env!("CARGO_PKG_AUTHORS"),
                settings: $crate::__private::first_of(&[$(&[$($key),*])?]),
                interfaces: &[$($($interface),*)?],
                hooks: <$Plugin as $crate::Plugin>::HOOKS,
                commands: <$Plugin as $crate::Plugin>::COMMANDS,
            });

            $crate::__in_manifest_section! {
                static MANIFEST: [u8; TEXT.size()] = TEXT.bytes();
            }

            extern "C" fn create(
                host: $crate::abi::Object,
            ) -> $crate::__private::RResult<$crate::__private::RVec<$crate::abi::HookImpl>, $crate::abi::Failure> {
                $crate::plugin::create::<$Plugin>(host)
            }

            fn root() -> $crate::abi::PluginRootRef {
                // `#[used]` keeps it from the compiler only; a linker that collects garbage (GNU
                // ld) keeps what code refers to.
                ::std::hint::black_box(&MANIFEST);
                $crate::abi::PluginRoot { create }.leak_into_prefix_root()
            }
            $crate::__export_root!(root);
        };
    };
}
