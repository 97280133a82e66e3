"""Demo data: shops, people, orders and cases to try the product with."""

from processes.demo.loading import DemoReport, load_demo

__all__ = ["DemoReport", "load_demo"]
