"""Rules before they are law: proposals, replay over past orders, co-signing, shadow mode, pilots."""
