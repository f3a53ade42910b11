"""Files to timed frames: what is a picture, its upright frames at exact times, and what is missing.

`kinds` tells by content what a file is, `reader` hands out frames; everything that touches FFmpeg is
in a process of its own (`worker`, `decode`), because media from the public is not to be trusted.
"""

from detector.media.kinds import Kind as Kind
from detector.media.kinds import candidate as candidate
from detector.media.kinds import sniff as sniff
from detector.media.reader import MediaReader as MediaReader
from detector.media.stream import MediaReport as MediaReport
from detector.media.stream import MediaStream as MediaStream
