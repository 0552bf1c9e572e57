"""The emulated cloud: moto behind one door, what is stored in it, and what services check."""
