package vm

// Slots is how many sets and series the machine has room for.
func (m *Machine) Slots() int { return len(m.slots) }
