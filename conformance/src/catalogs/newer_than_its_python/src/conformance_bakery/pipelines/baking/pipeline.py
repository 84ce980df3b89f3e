print "hot"
