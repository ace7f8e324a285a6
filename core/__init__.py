"""General things that know no LMS, no policy and no training, so that every package above may use them."""
