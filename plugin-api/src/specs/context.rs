//! A project has been loaded.

crate::views! {
    /// A loaded project.
    pub view Context of ContextSource {
        /// The project's folder, absolute.
        fn project_path(&self) -> &str;
        /// The name of the project's package.
        fn package_name(&self) -> &str;
        /// The configuration environment, `local` unless another was asked for.
        fn env(&self) -> &str;
    }
}

crate::hookspecs! {
    /// After a project has been loaded.
    pub hook AfterContextCreated = "after_context_created" fn(Context);
}
