def run(app, stop):
    stop.wait()


def work_once(app, at):
    pass
