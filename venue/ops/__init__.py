"""Assembly and operation: configuration, processes and their supervision, the command line, the demo.

``config``      fix_config/ and the data directory, read and checked
``processes``   what each process is made of: engine, replica, gateways, front door
``supervisor``  starts them, starts them again when they die, stops them
``cli``         the ``venue`` command
``compiled``    whether what is compiled is what the sources say
``flow``        drives an order-flow file through the engine
``demo``        two brokers and a compliance desk that trade over real FIX sessions
"""
