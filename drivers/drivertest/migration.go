package drivertest

import "github.com/tune-autonomic/tune/drivers"

// migration is a command about moving machine 0 from host 0 to host 1.
func (r *rig) migration(verb drivers.Verb) drivers.Command {
	c := r.command(verb, r.machine(0), r.host(1))
	c.From = r.host(0)
	return c
}

func commitMoves(r *rig) {
	r.Helper()
	m := r.machine(0)
	r.launch(m, r.host(0))
	r.must(r.migration(drivers.MigratePrepare))
	r.runs(m, drivers.NoRef, "between prepare and commit, when the source is stopped and the copy paused,")
	r.settle()
	r.runs(m, drivers.NoRef, "a while after prepare, for the source doesn't resume by itself,")
	r.must(r.migration(drivers.MigrateCommit))
	r.settle()
	r.runs(m, r.host(1), "after the commit")

	r.mustFail(r.migration(drivers.MigrateCommit), "there is nothing to commit")
	r.do(r.migration(drivers.MigrateAbort))
	r.runs(m, r.host(1), "after an abort that came too late")
}

func abortResumes(r *rig) {
	r.Helper()
	m := r.machine(0)
	r.launch(m, r.host(0))
	r.must(r.migration(drivers.MigratePrepare))
	r.must(r.migration(drivers.MigrateAbort))
	r.settle()
	r.runs(m, r.host(0), "after the abort")
	r.must(r.migration(drivers.MigrateAbort))
	r.runs(m, r.host(0), "after an abort of what was taken back already")
	r.mustFail(r.migration(drivers.MigrateCommit), "the migration was aborted")
	r.runs(m, r.host(0), "after a commit that came too late")
	r.must(r.migration(drivers.MigratePrepare))
	r.must(r.migration(drivers.MigrateCommit))
	r.runs(m, r.host(1), "after a second migration")
}

// abortEndsPreparation aborts while the copy is being made, as after a time-out. Both commands end; the source runs.
func abortEndsPreparation(r *rig) {
	r.Helper()
	m := r.machine(0)
	r.launch(m, r.host(0))
	prepare := r.migration(drivers.MigratePrepare)
	r.start(prepare)
	r.must(r.migration(drivers.MigrateAbort))
	r.await(prepare)
	r.settle()
	r.runs(m, r.host(0), "after the abort of a migration under way")
	r.must(r.migration(drivers.MigratePrepare))
	r.must(r.migration(drivers.MigrateAbort))
}

func migrationRefused(r *rig) {
	r.Helper()
	m := r.machine(0)
	r.mustFail(r.migration(drivers.MigratePrepare), "there is no such machine")
	r.launch(m, r.host(0))
	r.mustFail(r.migration(drivers.MigrateCommit), "nothing was prepared")
	home := r.migration(drivers.MigratePrepare)
	home.Host = r.host(0)
	r.mustFail(home, "the machine is there already")
	lost := r.migration(drivers.MigratePrepare)
	lost.Host = drivers.NoRef
	r.mustFail(lost, "there is no such host")
	r.runs(m, r.host(0), "after migrations that failed")
}
