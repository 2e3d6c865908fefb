package vm

// Members are the elements of the set in register r of f, in order. They hold until the set or the model changes.
func (m *Machine) Members(f *Frame, r uint8) []int32 { return m.members(f.R[r]) }
