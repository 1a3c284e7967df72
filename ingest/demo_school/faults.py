def plant_in_records(*a): pass
def plant_in_moments(*a): pass
def plant_in_period_marks(*a): pass
