"""An invented company whose faults, mails and alerts flow into a desk: for the demo, the tests and the benchmarks."""
