package manager

import (
	"errors"
	"sync"
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// closePatience is how long a driver may take to close.
const closePatience = 5 * time.Second

// post carries commands to a driver. With a Timed driver it does so itself, at once; any other has goroutines of its
// own, so that one that hangs in Start or Query holds up nobody.
type post struct {
	driver drivers.Driver
	inbox  *inbox
	timed  bool

	mu      sync.Mutex
	waiting []drivers.Command
	wake    chan struct{}
	done    chan struct{}
	asking  map[drivers.CommandID]bool
}

func newPost(d drivers.Driver, in *inbox) *post {
	p := &post{driver: d, inbox: in, wake: make(chan struct{}, 1), done: make(chan struct{}), asking: map[drivers.CommandID]bool{}}
	_, p.timed = d.(drivers.Timed)
	if !p.timed {
		go p.deliver()
	}
	return p
}

// start hands over a batch, and leaves it to the caller.
func (p *post) start(batch []drivers.Command) {
	if p.timed {
		p.driver.Start(batch)
		return
	}
	p.mu.Lock()
	p.waiting = append(p.waiting, batch...)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *post) deliver() {
	for {
		select {
		case <-p.wake:
		case <-p.done:
			return
		}
		p.mu.Lock()
		batch := p.waiting
		p.waiting = nil
		p.mu.Unlock()
		if len(batch) > 0 {
			p.driver.Start(batch)
		}
	}
}

// ask puts the driver's answer about a command into the inbox, now or later; not at all while an older question of the
// same is open.
func (p *post) ask(id drivers.CommandID) {
	if p.timed {
		p.inbox.answer(p.answer(id))
		return
	}
	p.mu.Lock()
	open := p.asking[id]
	p.asking[id] = true
	p.mu.Unlock()
	if open {
		return
	}
	go func() {
		r := p.answer(id)
		p.mu.Lock()
		delete(p.asking, id)
		p.mu.Unlock()
		p.inbox.answer(r)
	}()
}

// answer makes sure that the answer is about what was asked.
func (p *post) answer(id drivers.CommandID) drivers.Result {
	r := p.driver.Query(id)
	r.ID = id
	return r
}

// close ends the driver. It gives up on one that doesn't end.
func (p *post) close() error {
	close(p.done)
	if p.timed {
		return p.driver.Close()
	}
	ended := make(chan error, 1)
	go func() { ended <- p.driver.Close() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(closePatience):
		return errors.New("the driver doesn't close; it was left behind")
	}
}
