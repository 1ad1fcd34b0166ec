"""How a task is waited for: what happens is told, and whoever ends it early ends it in order."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Generator
from typing import Any, Generic, TypeVar, final

from .._native import directory as _native
from ._errors import TaskError
from ._events import OnProgress, event

_T = TypeVar("_T")

Work = Generator["tuple[_native.Task, bool]", Any, _T]
"""A task in parts: each native one with whether it writes, answered by what it came to. Written once for both kinds of
callers."""


@final
class Stop:
    """Ends a task early from elsewhere, such as another thread: what has begun is finished and read back, and nothing else
    begins.

    The task gives its report then, in which the rest is `stopped`.

    ```python
    stop = Stop()
    signal.signal(signal.SIGTERM, lambda *_: stop.stop())
    report = tenants.apply(plan, stop=stop)
    ```
    """

    __slots__ = ("_lock", "_stopped", "_tasks")

    def __init__(self) -> None:
        """Nothing is stopped yet."""
        # A signal handler may call `stop` while the same thread is in here.
        self._lock = threading.RLock()
        self._stopped = False
        self._tasks: list[_native.Task] = []

    def stop(self) -> None:
        """Says that nothing more should begin."""
        with self._lock:
            self._stopped = True
            for task in self._tasks:
                task.stop()

    @property
    def is_stopped(self) -> bool:
        """Whether that was said."""
        return self._stopped

    def _attach(self, task: _native.Task) -> None:
        with self._lock:
            self._tasks.append(task)
            if self._stopped:
                task.stop()

    def _detach(self, task: _native.Task) -> None:
        with self._lock:
            self._tasks.remove(task)

    def __repr__(self) -> str:
        return f"<Stop: {'stopped' if self._stopped else 'not stopped'}>"


@final
class Watch:
    """A native task that is waited for: what is done with what happens, in whichever way it is waited."""

    __slots__ = ("_on_progress", "_stop", "_writes", "raised", "task")

    def __init__(self, task: _native.Task, writes: bool, on_progress: OnProgress | None, stop: Stop | None) -> None:
        self.task, self._writes, self._on_progress, self._stop = task, writes, on_progress, stop
        self.raised: BaseException | None = None
        if stop is not None:
            stop._attach(task)

    def tell(self, events: list[str]) -> None:
        """Tells events, unless what was told them raised before."""
        for text in events:
            happened = event(text)
            if happened is not None and self._on_progress is not None and self.raised is None:
                self._on_progress(happened)

    def interrupted(self, error: BaseException) -> bool:
        """Whether to wait on until what has begun is finished: once, and only where something is written."""
        if self.raised is not None or not self._writes:
            self.task.abort()
            return False
        self.raised = error
        self.task.stop()
        return True

    def end(self) -> Any:
        """What the task came to, or what ended it."""
        if self.raised is not None:
            raise self.raised
        return self.task.result()

    def leave(self) -> None:
        """Ends what is left of it."""
        self.task.abort()
        if self._stop is not None:
            self._stop._detach(self.task)


def _wait(watch: Watch) -> Any:
    try:
        while True:
            try:
                events = watch.task.wait()
                if events is None:
                    break
                watch.tell(events)
            # Ctrl-C too: what has begun is finished and written down first.
            except BaseException as error:
                if not watch.interrupted(error):
                    raise
        return watch.end()
    finally:
        watch.leave()


async def _wait_async(watch: Watch) -> Any:
    try:
        while True:
            try:
                events = await watch.task.wait_async()
                if events is None:
                    break
                watch.tell(events)
            # Being cancelled too.
            except BaseException as error:
                if not watch.interrupted(error):
                    raise
        return watch.end()
    finally:
        watch.leave()


def _next(work: Work[_T], answer: Any) -> tuple[_native.Task, bool] | _Done[_T]:
    """The next part of the work, after what the last one came to or raised."""
    try:
        if isinstance(answer, _Raised):
            return work.throw(answer.error)
        return work.send(answer)
    except StopIteration as end:
        return _Done(end.value)


@final
class _Done(Generic[_T]):
    __slots__ = ("value",)

    def __init__(self, value: _T) -> None:
        self.value = value


@final
class _Raised:
    __slots__ = ("error",)

    def __init__(self, error: TaskError) -> None:
        self.error = error


def _check(on_progress: object, stop: object) -> None:
    if on_progress is not None and not callable(on_progress):
        raise TypeError(f"on_progress is what is called with each event, not {type(on_progress).__name__}")
    if inspect.iscoroutinefunction(on_progress):
        raise TypeError("on_progress is called and not awaited: give a plain function, which may put events into an asyncio.Queue")
    if stop is not None and not isinstance(stop, Stop):
        raise TypeError(f"stop is a Stop, not {type(stop).__name__}")


def run(work: Work[_T], on_progress: OnProgress | None, stop: Stop | None) -> _T:
    """Does the work, on this thread as far as callbacks go."""
    _check(on_progress, stop)
    answer: Any = None
    while not isinstance(part := _next(work, answer), _Done):
        try:
            answer = _wait(Watch(*part, on_progress, stop))
        except TaskError as error:
            answer = _Raised(error)
    return part.value


async def run_async(work: Work[_T], on_progress: OnProgress | None, stop: Stop | None) -> _T:
    """Does the work, in the event loop as far as callbacks go."""
    _check(on_progress, stop)
    answer: Any = None
    while not isinstance(part := _next(work, answer), _Done):
        try:
            answer = await _wait_async(Watch(*part, on_progress, stop))
        except TaskError as error:
            answer = _Raised(error)
    return part.value
