CONFIG_LOADER_ARGS = {"base_env": "common", "default_run_env": "dev"}
