//! The profile, the program and the environment of this process.

use std::{
    path::Path,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::{
    ci,
    consent::{self, ChoiceFiles, Consent},
    dirs::{Dirs, NoHome},
    env::Env,
    envelope,
    event::{self, Event},
    os::Platform,
    profile::{Profile, SchemaFields},
    program::{LogLevel, Program},
    receiver,
    settings::{Settings, SettingsError},
};

/// What everything else depends on.
pub struct Facts {
    profile: Profile,
    program: Box<dyn Program>,
    env: Env,
    dirs: Result<Dirs, NoHome>,
    choice_files: OnceLock<Option<ChoiceFiles>>,
    is_notice_new: AtomicBool,
    sender_started: Mutex<Option<Instant>>,
}

impl Facts {
    pub fn new(profile: Profile, program: Box<dyn Program>, env: Env) -> Self {
        let dirs = Dirs::resolve(&profile, &env, Platform::CURRENT).and_then(Dirs::with_home);
        let (choice_files, is_notice_new, sender_started) = Default::default();
        Self { profile, program, env, dirs, choice_files, is_notice_new, sender_started }
    }

    /// Remembers that this process has given the notice.
    pub fn set_notice_new(&self) {
        self.is_notice_new.store(true, Ordering::Relaxed);
    }

    /// Whether this process has given the notice: its reader is to have time to refuse.
    pub fn is_notice_new(&self) -> bool {
        self.is_notice_new.load(Ordering::Relaxed)
    }

    /// Remembers that this process has started a sender now.
    pub fn set_sender_started(&self) {
        *self.sender_started.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether this process has started a sender within that time.
    pub fn is_sender_started_within(&self, time: Duration) -> bool {
        let started = *self.sender_started.lock().unwrap_or_else(PoisonError::into_inner);
        started.is_some_and(|started| started.elapsed() < time)
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    pub fn program(&self) -> &dyn Program {
        self.program.as_ref()
    }

    pub fn env(&self) -> &Env {
        &self.env
    }

    pub fn dirs(&self) -> Result<&Dirs, &NoHome> {
        self.dirs.as_ref()
    }

    pub fn is_ci(&self) -> bool {
        ci::is_ci(&self.env)
    }

    pub fn is_unattended(&self) -> bool {
        ci::is_unattended(&self.env)
    }

    pub fn settings(&self) -> Result<Settings, SettingsError> {
        Settings::resolve(&self.profile, &self.env, |key| self.program.setting(key))
    }

    /// The id of the application that events are sent for; where the settings are not usable, the
    /// profile's.
    pub fn app_id(&self) -> String {
        self.settings().map_or_else(|_| self.profile.app_id.to_string(), |settings| settings.app_id)
    }

    /// The body that this event would have in a request.
    pub fn body(&self, event: &str) -> serde_json::Result<String> {
        let format = self.settings().ok().and_then(|settings| settings.destination).map(|to| to.format);
        receiver::shown(format.unwrap_or_default(), &self.app_id(), &self.profile.agent(), event)
    }

    pub fn consent(&self, project: Option<&Path>) -> Consent {
        // Whose the folders are is looked at once.
        let files = self.choice_files.get_or_init(|| self.dirs().ok().map(ChoiceFiles::of));
        consent::decide(&self.profile, &self.env, files.as_ref(), project)
    }

    /// An event of this user, with what every event of the program says.
    pub fn event(&self, name: &str, user: &str) -> Event {
        let mut event = Event::new(name, SystemTime::now(), user);
        if let SchemaFields::BehindStandard(_) = self.profile.fields {
            event.set(envelope::VERSION, &self.profile.version);
            event.set(envelope::OS, event::platform());
            event.set(envelope::IS_CI, self.is_ci());
        }
        event
    }

    pub fn log(&self, message: impl std::fmt::Display) {
        self.program.log(LogLevel::Debug, &message.to_string());
    }

    /// The value; of an error the log says what it was.
    pub fn logged<T, E: std::fmt::Display>(&self, result: Result<T, E>) -> Option<T> {
        result.inspect_err(|error| self.log(error)).ok()
    }
}
