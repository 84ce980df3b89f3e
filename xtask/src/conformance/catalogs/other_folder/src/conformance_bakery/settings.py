CONF_SOURCE = "configuration"
