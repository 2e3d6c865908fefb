package bundle

// What Verify allows. Each bounds memory or time of whoever loads a bundle.
const (
	MaxTable     = 65535     // entries of a table
	MaxCode      = 1 << 20   // instructions
	MaxName      = 1 << 10   // bytes of a name
	MaxText      = 1 << 16   // bytes of a text's part, of an argument or of a source's path
	MaxInstances = 1_000_000 // of a class
	MaxBounds    = 8         // in SetOp.Bounds
	MaxExcluded  = 8         // registers in SetOp.Without, and in SetOp.Except
	MaxNesting   = 8         // set operations within each other
	MaxLoops     = 16        // loops within each other
	MaxBranches  = 256       // under way together
	MaxStates    = 1 << 12   // of a policy
	MaxHistory   = 1 << 16   // samples
	MaxLie       = 10        // what a probe that lies adds, in parts of the truth
)
