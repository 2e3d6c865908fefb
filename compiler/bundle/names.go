package bundle

// Names of what the tables number, for people. Each list ends with what stands for a number that it doesn't have.
var (
	SetOpNames = []string{
		"argmin", "argmax", "filter", "sort", "count", "any", "all", "sum", "avg", "min", "max", "sumseries", "?",
	}
	ActionNames = []string{
		"create", "remove", "start", "stop", "op", "migrate", "restart", "pause", "resume", "allocate", "release",
		"notify", "emit", "wait", "ask", "fence", "begin a turn", "undo the turn", "?",
	}
	BaseNames = []string{
		"void", "bool", "int", "float", "percent", "duration", "bytes", "rate", "text", "secret", "instance", "set",
		"iter", "pool", "series", "?",
	}
	KindNames = []string{"hosts", "vm", "component", "?"}
)
