"""Assembly and operation: configuration, processes and their supervision, the command line, the demo.

``config``      fix_config/ and the data directory, read and checked; ``fix_settings`` reads the QuickFIX settings,
                ``toml_file`` TOML
``rules_config``  rules and schedules of instruments, as people write them and as the domain has them
``processes``   what each process is made of: engine, replica, scheduler, gateways, front door
``supervisor``  starts them, starts them again when they die, stops them
``cli``         the ``venue`` command; ``process_cli`` one process of the venue, as the supervisor starts it
``operator``    an operator's command to the running venue; ``operator_cli`` reads it and tells what came of it
``compiled``    whether what is compiled is what the sources say
``preflight``   what must hold before a start: ports free, the directory nobody else's
``logs``        JSON lines in the data directory, warnings on the terminal
``flow``        drives an order-flow file through the engine
``demo``        brokers and a compliance desk that trade over real FIX sessions: ``demo_scenario`` and ``demo_special``
                list the steps, made of ``demo_steps``; ``demo_market`` is traded, ``demo_client`` holds the sessions,
                ``demo_words`` puts messages in words
``errors``      what people are told when something cannot be
"""
